import { api, ask, type Schemas } from "../shared/api.ts";
import { bytes, day, Loading, Problem } from "../shared/ui.tsx";
import { useData } from "../shared/use-data.ts";
import { Link } from "./router.tsx";

/** What each event takes on the disk, and until when. */
export function StorageUsed({ events }: Pick<Schemas["Settings"], "events">) {
  // Asked for again when there are other events, not for each step of photos that are looked at again.
  const ids = events.map(({ id }) => id).join(" ");
  const { data, error, reload } = useData(`storage ${ids}`, () => ask(api.GET("/api/settings/storage")));
  return (
    <section className="card stack" aria-labelledby="storage">
      <h2 id="storage">Storage used</h2>
      <Problem error={error} retry={reload} />
      {!data && error === undefined && <Loading what="sizes" />}
      {data && <Sizes events={events} sizes={data} />}
      <p className="hint">Photos that were indexed in place stay where they are and are not counted.</p>
    </section>
  );
}

interface Props extends Pick<Schemas["Settings"], "events"> {
  readonly sizes: Schemas["AllStorage"];
}

function Sizes({ events, sizes }: Props) {
  const sum = (of: "uploadedBytes" | "pictureBytes") => sizes.events.reduce((all, event) => all + event[of], 0);
  const [uploaded, pictures] = [sum("uploadedBytes"), sum("pictureBytes")];
  return (
    <>
      <p>
        {bytes(sizes.databaseBytes + uploaded + pictures)} in all: {bytes(uploaded)} of uploaded photos,{" "}
        {bytes(pictures)} of pictures made from photos, {bytes(sizes.databaseBytes)} of everything else.
      </p>
      <ul className="lines">
        {events.map(({ id, name, expiresAt }) => {
          const { uploadedBytes = 0, pictureBytes = 0 } = sizes.events.find(({ eventId }) => eventId === id) ?? {};
          return (
            <li key={id}>
              <Link to={`/events/${id}/settings`}>{name}</Link>
              <strong>{bytes(uploadedBytes + pictureBytes)}</strong>
              <span className="hint">
                {bytes(uploadedBytes)} uploaded, {bytes(pictureBytes)} made from photos.{" "}
                {expiresAt === null ? "Kept until you delete it." : `Erased on ${day(expiresAt)}.`}
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
