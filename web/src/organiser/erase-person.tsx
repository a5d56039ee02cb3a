import { useState } from "react";
import { api, ask, type Schemas } from "../shared/api.ts";
import { Dialog, Problem, plural } from "../shared/ui.tsx";
import { useAction } from "../shared/use-data.ts";
import { go } from "./router.tsx";

interface Props {
  readonly eventId: string;
  readonly person: Schemas["Person"];
  /** Whether the question, or the receipt after it, lies over the page. */
  readonly asking: boolean;
  readonly onAsk: (asking: boolean) => void;
}

/** Asks first, and shows the receipt afterwards. */
export function ErasePerson({ eventId, person, asking, onAsk }: Props) {
  const [receipt, setReceipt] = useState<Schemas["Receipt"]>();
  const { busy, error, run } = useAction();
  const erase = () =>
    run(async () => {
      const path = { eventId, personId: person.id };
      setReceipt(await ask(api.DELETE("/api/events/{eventId}/people/{personId}", { params: { path } })));
    });
  const close = () => {
    onAsk(false);
    if (receipt) go(`/events/${eventId}/people`);
  };
  return (
    <>
      <button type="button" className="danger" onClick={() => onAsk(true)}>
        Erase …
      </button>
      {asking && (
        <Dialog title={receipt ? "Erased" : `Erase ${person.name ?? "this person"}?`} onClose={close}>
          <div className="stack">
            {receipt ? (
              <ReceiptText receipt={receipt} onClose={close} />
            ) : (
              <>
                <p>
                  What Rollcall knows about this face is deleted and does not come back, even when the photos are looked
                  at again. The photos themselves stay. This cannot be undone.
                </p>
                <Problem error={error} />
                <button type="button" className="danger" disabled={busy} onClick={erase}>
                  Erase for good
                </button>
              </>
            )}
          </div>
        </Dialog>
      )}
    </>
  );
}

function ReceiptText({ receipt, onClose }: { readonly receipt: Schemas["Receipt"]; readonly onClose: () => void }) {
  const rows = [
    ["Faces", `${receipt.faces} in ${plural(receipt.photos, "photo")}`],
    ["Names and decisions", String(receipt.decisions)],
    ["Matches of guests", String(receipt.guestMatches)],
    ["When", new Date(receipt.erasedAt).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })],
    ["Receipt", receipt.id],
  ] as const;
  return (
    <>
      <table>
        <tbody>
          {rows.map(([what, value]) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="hint">Keep the receipt for whoever asked for this. It does not say who the person was.</p>
      <button type="button" className="primary" onClick={onClose}>
        Done
      </button>
    </>
  );
}
