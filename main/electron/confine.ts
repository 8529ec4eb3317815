import type { AppFace, ConfinableContents, SessionFace } from './face.ts';
import { isOurs, scheme } from './scheme.ts';

/** What keeps any page in its place: docs/electron-security.md names the item of Electron's checklist beside each. */

/** What Chromium asks of the network by itself; and that no name has an address, whoever asks for one. */
const switches: readonly (readonly [name: string, value?: string])[] = [
  ['disable-background-networking'],
  ['disable-component-update'],
  ['disable-domain-reliability'],
  ['host-resolver-rules', 'MAP * ~NOTFOUND'],
];

/** Before the app is ready: every page's process is sandboxed, and Chromium makes no requests of its own. */
export function confineApp(app: AppFace): void {
  app.enableSandbox();
  for (const [name, value] of switches) app.commandLine.appendSwitch(name, value);
  app.on('web-contents-created', (_event, contents) => confineContents(contents));
}

/** Whatever page there is: it stays where it is, opens nothing, embeds nothing. */
function confineContents(contents: ConfinableContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  // WebRTC asks neither the policy of content nor the session's requests.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}

/** The session reaches nothing but the page's own scheme, and grants our page notifications and nothing else. */
export function confineSession(session: SessionFace): void {
  session.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl, isMainFrame }) =>
    answer(isMainFrame && mayHave(permission, requestingUrl)),
  );
  session.setPermissionCheckHandler((_contents, permission, origin) => mayHave(permission, origin));
  session.setDevicePermissionHandler(() => false);
  // Its dictionaries would come from the network.
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isLocal(url) }));
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${scheme}://app/`)) event.preventDefault();
  });
}

/** The clipboard is only written to, by the copy buttons; Chromium asks for that, too. */
const permissions: readonly string[] = ['notifications', 'clipboard-sanitized-write'];

function mayHave(permission: string, origin: string): boolean {
  return permissions.includes(permission) && isOurs(origin);
}

const localProtocols: readonly string[] = [`${scheme}:`, 'blob:', 'data:', 'devtools:', 'chrome-devtools:'];

function isLocal(url: string): boolean {
  return URL.canParse(url) && localProtocols.includes(new URL(url).protocol);
}
