/** What organisers chose to show an event and its people by. */
export const covers = [
  "alter table events add column cover_photo_id text",
  `create table person_covers (
    event_id text not null,
    person_id text not null,
    photo_id text not null,
    primary key (event_id, person_id),
    foreign key (event_id, photo_id) references photos (event_id, id) on delete cascade
  ) strict, without rowid`,
  "create index person_covers_by_photo on person_covers (event_id, photo_id)",
];
