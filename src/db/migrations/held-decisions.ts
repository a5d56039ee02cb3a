/** What makes erasing, undoing and listing quick however much there is. */
export const heldDecisions = [
  // Whether the action gave the face to that person, rather than held it where it was.
  "alter table decisions add column moved integer not null default 0",
  "create index guest_photos_by_face on guest_photos (face_id)",
  "create index photos_by_addition on photos (event_id, seq)",
  "create index consents_by_event on consents (event_id)",
  "create index erasures_by_event on erasures (event_id)",
  "create index erased_faces_by_erasure on erased_faces (erasure_id)",
];
