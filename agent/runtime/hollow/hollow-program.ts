// What runs in a hollow container: a function instead of a program, with a process around it instead of a kernel.

/** @returns its exit code. What it awaits from its process never comes once the process is killed. */
export type HollowProgram = (inside: HollowProcess) => Promise<number> | number;

/** What somebody asks who connects to a port. */
export interface HollowRequest {
  /** `/` where a plain connection asks nothing. */
  path: string;
}

export interface HollowResponse {
  status: number;
  body: string;
}

/** What a program finds around it. */
export interface HollowProcess {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Names of the programs that run in its container, with their arguments. */
  processes(): readonly (readonly string[])[];
  /** The container's hostname. */
  readonly hostname: string;
  sleep(ms: number): Promise<void>;
  /** Listens for TERM from now on. Without this, TERM is not heard, as by the first process of any container. */
  untilTerm(): Promise<void>;
  write(text: string): void;
  writeError(text: string): void;
  /** The next piece of its input; undefined at the end. */
  read(): Promise<string | undefined>;
  /** Of its terminal. */
  size(): { width: number; height: number } | undefined;
  files: HollowFiles;
  /** Answers whoever connects to this port of the pod, until the process ends. */
  listen(port: number, answer: (request: HollowRequest) => HollowResponse): void;
  /** Undefined when nobody listens there in this pod. */
  ask(port: number, request: HollowRequest): HollowResponse | undefined;
  /** What it takes from now on. Over the container's limit of memory it is killed. */
  use(usage: { cpuMilli: number; memoryBytes: number }): void;
  /** Takes more memory than there is. */
  outOfMemory(): void;
}

/** Files as a container sees them. */
export interface HollowFiles {
  /** Undefined for what is no file. */
  read(path: string): string | undefined;
  write(path: string, text: string): void;
}
