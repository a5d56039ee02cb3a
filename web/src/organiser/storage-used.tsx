import type { Schemas } from "../shared/api.ts";
import { bytes, day } from "../shared/ui.tsx";
import { Link } from "./router.tsx";

/** What each event takes on the disk, and until when. */
export function StorageUsed({ settings }: { readonly settings: Schemas["Settings"] }) {
  const { storage, events } = settings;
  const all = storage.databaseBytes + storage.uploadedBytes + storage.pictureBytes;
  return (
    <section className="card stack" aria-labelledby="storage">
      <h2 id="storage">Storage used</h2>
      <p>
        {bytes(all)} in all: {bytes(storage.uploadedBytes)} of uploaded photos, {bytes(storage.pictureBytes)} of
        pictures made from photos, {bytes(storage.databaseBytes)} of everything else.
      </p>
      {events.length > 0 && (
        <ul className="lines">
          {events.map(({ id, name, expiresAt, storage: { uploadedBytes, pictureBytes } }) => (
            <li key={id}>
              <Link to={`/events/${id}/settings`}>{name}</Link>
              <strong>{bytes(uploadedBytes + pictureBytes)}</strong>
              <span className="hint">
                {bytes(uploadedBytes)} uploaded, {bytes(pictureBytes)} made from photos.{" "}
                {expiresAt === null ? "Kept until you delete it." : `Erased on ${day(expiresAt)}.`}
              </span>
            </li>
          ))}
        </ul>
      )}
      <p className="hint">Photos that were indexed in place stay where they are and are not counted.</p>
    </section>
  );
}
