/** Events, photos and their files, people, faces, decisions about them, and searches. */
export const firstSchema = [
  `create table meta (
    key text primary key,
    value text not null
  ) strict`,

  `create table events (
    id text primary key,
    name text not null unique,
    created_at integer not null,
    revision integer not null default 0,
    grouped_revision integer,
    grouped_by text
  ) strict`,

  `create table photos (
    seq integer primary key,
    event_id text not null references events (id) on delete cascade,
    id text not null,
    sha256 text not null,
    bytes integer not null,
    status text not null default 'pending' check (status in ('pending', 'working', 'done', 'failed')),
    attempts integer not null default 0,
    lease_owner text,
    lease_until integer,
    width integer,
    height integer,
    damaged integer not null default 0,
    pipeline_id text,
    error_code text,
    error_message text,
    unique (event_id, id),
    check ((status = 'working') = (lease_owner is not null)),
    check ((status = 'failed') = (error_code is not null))
  ) strict`,
  "create index photos_by_status on photos (event_id, status, seq)",
  "create index photos_by_lease on photos (lease_owner) where lease_owner is not null",

  `create table photo_paths (
    event_id text not null,
    path text not null,
    photo_id text not null,
    stamp text not null,
    primary key (event_id, path),
    foreign key (event_id, photo_id) references photos (event_id, id) on delete cascade
  ) strict`,
  "create index photo_paths_by_photo on photo_paths (event_id, photo_id)",

  `create table people (
    event_id text not null references events (id) on delete cascade,
    id text not null,
    name text,
    primary key (event_id, id)
  ) strict`,

  `create table faces (
    event_id text not null,
    id text not null,
    photo_id text not null,
    x1 real not null,
    y1 real not null,
    x2 real not null,
    y2 real not null,
    landmarks text not null,
    score real not null,
    quality real not null,
    quality_details text not null,
    pipeline_id text not null,
    embedding blob not null,
    person_id text,
    primary key (event_id, id),
    foreign key (event_id, photo_id) references photos (event_id, id) on delete cascade
  ) strict`,
  "create index faces_by_photo on faces (event_id, photo_id)",
  "create index faces_by_person on faces (event_id, person_id)",

  `create table decisions (
    seq integer primary key,
    event_id text not null,
    photo_id text not null,
    x1 real not null,
    y1 real not null,
    x2 real not null,
    y2 real not null,
    verdict text not null check (verdict in ('is', 'is-not', 'ignore')),
    person_id text,
    made_at integer not null,
    check ((verdict = 'ignore') = (person_id is null)),
    foreign key (event_id) references events (id) on delete cascade,
    foreign key (event_id, person_id) references people (event_id, id) on delete cascade
  ) strict`,
  "create index decisions_by_photo on decisions (event_id, photo_id)",
  "create index decisions_by_person on decisions (event_id, person_id)",

  `create table searches (
    seq integer primary key,
    event_id text not null references events (id) on delete cascade,
    made_at integer not null,
    retrieval_ms real not null,
    faces integer not null
  ) strict`,
  "create index searches_by_event on searches (event_id, seq)",
];
