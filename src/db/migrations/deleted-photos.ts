/** Photos that an organiser deleted, so that indexing the folder they are in does not bring them back. */
export const deletedPhotos = [
  `create table deleted_photos (
    event_id text not null references events (id) on delete cascade,
    sha256 text not null,
    primary key (event_id, sha256)
  ) strict, without rowid`,
];
