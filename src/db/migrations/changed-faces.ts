/**
 * What has changed since a known state of the event is read by this alone. Both of the event's counters only grow, one of
 * them in every transaction that changes faces.
 */
export const changedFaces = [
  "alter table faces add column changed integer not null default 0",
  ...["insert", "update of person_id"].map(
    (change) => `create trigger faces_changed_by_${change.split(" ")[0]} after ${change} on faces begin
      update faces set changed = (select revision + assigned + 1 from events where id = new.event_id)
      where event_id = new.event_id and id = new.id;
    end`,
  ),
  // All that has to be known of a face but its embedding.
  "create index faces_by_change on faces (event_id, pipeline_id, changed, id, photo_id, person_id, quality, x1, y1, x2, y2)",
  "drop index faces_listed",
];
