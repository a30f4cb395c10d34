// What names, labels, annotations and ports may look like. Each rule answers with a sentence that says what is
// allowed, or undefined when all is well. The rules are Kubernetes' (RFC 1123, RFC 6335).

/** Says what is wrong with a text and what would be right. */
export type TextRule = (text: string) => string | undefined;

const LABEL_MAX = 63;
const SUBDOMAIN_MAX = 253;
const PORT_NAME_MAX = 15;

const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const QUALIFIED = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const DATA_KEY = /^[-._a-zA-Z0-9]+$/;

const atMost = (length: number): string => `must be no more than ${length} characters`;

/** A part of a host name: namespaces, containers, volumes. */
export const dnsLabelProblem: TextRule = (text) => {
  if (text.length > LABEL_MAX) return atMost(LABEL_MAX);
  if (DNS_LABEL.test(text)) return undefined;
  return "must consist of lower case letters, digits and '-', and start and end with a letter or digit (e.g. 'my-name')";
};

/** A part of a host name that begins with a letter (RFC 1035): Services, whose names stand in environment variables. */
export const letterLabelProblem: TextRule = (text) => {
  if (text.length > LABEL_MAX) return atMost(LABEL_MAX);
  if (DNS_LABEL.test(text) && /^[a-z]/.test(text)) return undefined;
  return "must consist of lower case letters, digits and '-', start with a letter and end with a letter or digit (e.g. 'my-name')";
};

/** A host name: most objects. */
export const dnsSubdomainProblem: TextRule = (text) => {
  if (text.length > SUBDOMAIN_MAX) return atMost(SUBDOMAIN_MAX);
  if (text.split('.').every((label) => DNS_LABEL.test(label))) return undefined;
  return "must consist of lower case letters, digits, '-' and '.', and start and end with a letter or digit (e.g. 'web-1.example')";
};

/** `[prefix/]name`: keys of labels and annotations, names of taints, finalizers and resources. */
export const qualifiedNameProblem: TextRule = (text) => {
  const parts = text.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2) return "must be a name, or a prefix, '/' and a name (e.g. 'example.com/my-name')";
  if (parts.length === 2) {
    if (parts[0] === '') return 'must have a prefix before the slash';
    const problem = dnsSubdomainProblem(parts[0] ?? '');
    if (problem !== undefined) return `its prefix ${problem}`;
  }
  if (name === '') return 'must not be empty';
  if (name.length > LABEL_MAX) return `its name ${atMost(LABEL_MAX)}`;
  if (QUALIFIED.test(name)) return undefined;
  return "must consist of letters, digits, '-', '_' and '.', and start and end with a letter or digit (e.g. 'my.name')";
};

export const labelValueProblem: TextRule = (text) => {
  if (text === '') return undefined;
  if (text.length > LABEL_MAX) return atMost(LABEL_MAX);
  if (QUALIFIED.test(text)) return undefined;
  return "must be empty or consist of letters, digits, '-', '_' and '.', and start and end with a letter or digit (e.g. 'my_value')";
};

/** Names of ports. */
export const portNameProblem: TextRule = (text) => {
  if (text.length > PORT_NAME_MAX) return atMost(PORT_NAME_MAX);
  if (DNS_LABEL.test(text) && /[a-z]/.test(text) && !text.includes('--')) return undefined;
  return "must consist of lower case letters, digits and single '-' between them, with at least one letter (e.g. 'http')";
};

/** Keys of ConfigMaps and Secrets: they become file names. */
export const dataKeyProblem: TextRule = (text) => {
  if (text.length > SUBDOMAIN_MAX) return atMost(SUBDOMAIN_MAX);
  if (text === '.' || text === '..' || text.startsWith('..'))
    return "must not be '.' and not start with '..'";
  if (DATA_KEY.test(text)) return undefined;
  return "must consist of letters, digits, '-', '_' and '.' (e.g. 'app.properties')";
};

/** Names of environment variables. */
export const envNameProblem: TextRule = (text) => {
  if (text === '') return 'must not be empty';
  return /^[\x20-\x3c\x3e-\x7e]+$/.test(text)
    ? undefined
    : "must be printable ASCII without '=' (e.g. 'LOG_LEVEL')";
};

/** A path inside a volume. */
export const relativePathProblem: TextRule = (text) => {
  if (text === '') return 'must not be empty';
  if (text.startsWith('/')) return 'must be a relative path';
  return text.split('/').includes('..') ? "must not contain '..'" : undefined;
};

/** An IPv4 or IPv6 address. */
export const ipAddressProblem: TextRule = (text) => {
  const octets = text.split('.');
  const isV4 =
    octets.length === 4 && octets.every((octet) => /^(?:0|[1-9]\d{0,2})$/.test(octet) && Number(octet) < 256);
  if (isV4 || isV6(text)) return undefined;
  return 'must be an IP address (e.g. 10.9.8.7 or 2001:db8::ffff)';
};

function isV6(text: string): boolean {
  if (!/^[0-9a-fA-F:]+$/.test(text)) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? groups.length < 8 : groups.length === 8;
}
