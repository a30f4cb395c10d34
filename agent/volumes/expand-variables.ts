// `$(NAME)` in commands, arguments and env values, as Kubernetes expands it.

/** Replaces `$(NAME)` by its value; an unknown name stays as it is; `$$` stands for one dollar sign. */
export function expandVariables(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (whole: string, name: string | undefined) =>
    name === undefined ? '$' : (values.get(name) ?? whole),
  );
}
