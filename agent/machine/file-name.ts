// Which names of values may become names of files. Pure.

const NAME = /^[A-Za-z0-9_.-]{1,200}$/;

/** @throws for a name that could leave its folder or that no file system takes. */
export function checkFileName(name: string): void {
  if (!NAME.test(name)) throw new Error(`${JSON.stringify(name)} cannot be the name of a file`);
}
