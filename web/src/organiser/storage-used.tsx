import type { Schemas } from "../shared/api.ts";
import { bytes, day } from "../shared/ui.tsx";

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
        <table>
          <thead>
            <tr>
              <th scope="col">Event</th>
              <th scope="col">Photos</th>
              <th scope="col">Pictures</th>
              <th scope="col">Erased</th>
            </tr>
          </thead>
          <tbody>
            {events.map((event) => (
              <tr key={event.id}>
                <th scope="row">{event.name}</th>
                <td>{bytes(event.storage.uploadedBytes)}</td>
                <td>{bytes(event.storage.pictureBytes)}</td>
                <td>{day(event.expiresAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="hint">Photos that were indexed in place stay where they are and are not counted.</p>
    </section>
  );
}
