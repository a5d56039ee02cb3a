import { api, ask } from "../shared/api.ts";
import { useData } from "../shared/use-data.ts";
import { isOnlyHere } from "./loopback-address.ts";

/** Says of a link that phones cannot open it, when that is so. */
export function OnlyHere({ url }: { readonly url: string }) {
  if (!isOnlyHere(url)) return null;
  return (
    <div className="problem" role="note">
      <p>
        <strong>Phones cannot open links for guests yet.</strong> They begin with <code>{new URL(url).origin}</code>, an
        address that works on this computer only.
      </p>
      <p>
        The best way is to put an HTTPS proxy in front of Rollcall, and start Rollcall with{" "}
        <code>ROLLCALL_PUBLIC_URL</code> set to its address, such as <code>https://photos.example.org</code>. In a
        network that you trust, you can instead start Rollcall with <code>ROLLCALL_HOST=0.0.0.0</code> and{" "}
        <code>ROLLCALL_INSECURE_HTTP=on</code>, and open this page by this computer's address in the network; guests
        then choose a picture, as phones let pages use the camera over HTTPS alone. Make the link after that: those made
        before stay as they are.
      </p>
    </div>
  );
}

/** The same before a link is made: it will begin with the server's public address or, without one, with this page's. */
export function OnlyHereSoon() {
  return isOnlyHere(window.location.origin) ? <UnlessPublic /> : null;
}

function UnlessPublic() {
  const { data } = useData("public address", () => ask(api.GET("/api/settings")));
  return data ? <OnlyHere url={data.publicUrl ?? window.location.origin} /> : null;
}
