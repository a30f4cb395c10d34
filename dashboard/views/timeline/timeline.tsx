// What happened in the namespace that is looked at, or to one object (`?for=TYPE/NAME`).
import type { JSX } from 'preact';
import { Timeline, timelinePath } from '../../parts/timeline-of.tsx';
import { View } from '../../parts/view.tsx';
import { usePage } from '../../shell/page.ts';
import { hrefOf } from '../../shell/route.ts';

/** The view. */
export default function TimelineView(): JSX.Element {
  const { namespace, router } = usePage();
  const target = router.route.value.query.get('for') ?? '';
  return (
    <View
      title="Timeline"
      lead="Who did what, where: in the order of cause and effect, whatever the machines’ clocks say."
      actions={
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const wanted = new FormData(event.currentTarget).get('for');
            router.go(hrefOf(['timeline'], typeof wanted === 'string' && wanted !== '' ? { for: wanted } : {}));
          }}
        >
          <input
            class="field"
            name="for"
            aria-label="Of which object, as TYPE/NAME"
            placeholder="Of one object: rollout/web"
            defaultValue={target}
          />
        </form>
      }
    >
      <Timeline path={timelinePath(namespace.value, target === '' ? undefined : target)} />
    </View>
  );
}
