// What to know about the link that was just printed. Pure.

/** What is known of the browser and the cluster. */
export interface DashboardSight {
  opened: boolean;
  secure: boolean;
  /** The cluster's CA on this machine. */
  authorityFile: string | undefined;
}

/** Sentences, with the end of the last line. */
export function dashboardHints({ opened, secure, authorityFile }: DashboardSight): string {
  const lines = [
    opened
      ? 'Opened in your browser. The link logs in once, within a minute; the session lasts up to 12 hours.'
      : 'Open it in a browser within a minute; it logs in once. The session lasts up to 12 hours.',
    ...(secure ? certificateHints(authorityFile) : []),
  ];
  return `${lines.join('\n')}\n`;
}

function certificateHints(authorityFile: string | undefined): string[] {
  const ask = "The browser will ask about the certificate: it is signed by the cluster's own CA.";
  if (authorityFile === undefined)
    return [`${ask} That CA is certificate-authority-data in your kubeconfig (base64).`];
  return [
    `${ask} To trust it for good:`,
    `  Firefox: Settings > Certificates > View Certificates > Authorities > Import: ${authorityFile}`,
    `  Chrome:  certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n gantry -i ${authorityFile}   (package libnss3-tools)`,
  ];
}
