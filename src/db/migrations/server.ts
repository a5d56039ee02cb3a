/** What the server needs beside: uploads, what can be undone, accounts, and guests. */
export const serverSchema = [
  // Counts decisions alone, so that people made while photos come in can be kept unless a human spoke meanwhile.
  "alter table events add column decided integer not null default 0",
  "alter table events add column assigned integer not null default 0",
  "alter table events add column expires_at integer",
  "alter table events add column guest_search integer not null default 0",
  "alter table events add column guest_view text not null default 'matches'",
  "alter table events add column accent text",

  // Rows of faces are wide; what is counted and listed all the time is read from these alone.
  "drop index faces_by_photo",
  "create index faces_by_photo on faces (event_id, photo_id, person_id, quality, id)",
  "drop index faces_by_person",
  "create index faces_by_person on faces (event_id, person_id, quality desc, id, photo_id)",
  "create index faces_by_pipeline on faces (event_id, pipeline_id)",

  "alter table photos add column added_at integer not null default 0",
  "alter table photos add column taken_at integer",
  "create index photos_in_queue on photos (seq) where status in ('pending', 'working')",
  "create index photos_by_time on photos (event_id, taken_at, seq)",

  `create table photo_uploads (
    seq integer primary key,
    event_id text not null,
    photo_id text not null,
    name text not null,
    uploaded_at integer not null,
    unique (event_id, photo_id, name),
    foreign key (event_id, photo_id) references photos (event_id, id) on delete cascade
  ) strict`,

  `create table actions (
    seq integer primary key,
    event_id text not null references events (id) on delete cascade,
    id text not null unique,
    kind text not null,
    made_at integer not null,
    undone_at integer,
    before text not null,
    detail text not null
  ) strict`,
  "create index actions_by_event on actions (event_id, seq)",
  "alter table decisions add column action_id text references actions (id)",
  "create index decisions_by_action on decisions (action_id) where action_id is not null",

  `create table erasures (
    id text primary key,
    event_id text not null references events (id) on delete cascade,
    person_id text not null,
    erased_at integer not null,
    receipt text not null
  ) strict`,
  `create table erased_faces (
    seq integer primary key,
    erasure_id text not null references erasures (id) on delete cascade,
    event_id text not null,
    photo_id text not null,
    x1 real not null,
    y1 real not null,
    x2 real not null,
    y2 real not null
  ) strict`,
  "create index erased_faces_by_photo on erased_faces (event_id, photo_id)",

  `create table organisers (
    id text primary key,
    password_hash text not null,
    created_at integer not null
  ) strict`,
  `create table sessions (
    token_hash text primary key,
    organiser_id text not null references organisers (id) on delete cascade,
    created_at integer not null,
    expires_at integer not null
  ) strict`,
  `create table api_tokens (
    id text primary key,
    name text not null,
    token_hash text not null unique,
    scopes text not null,
    created_at integer not null,
    expires_at integer,
    last_used_at integer
  ) strict`,

  `create table guest_links (
    id text primary key,
    event_id text not null references events (id) on delete cascade,
    label text not null,
    secret_hash text not null unique,
    pin_hash text,
    created_at integer not null,
    expires_at integer,
    revoked_at integer,
    searches integer not null default 0
  ) strict`,
  "create index guest_links_by_event on guest_links (event_id)",
  `create table guests (
    id text primary key,
    token_hash text not null unique,
    link_id text not null references guest_links (id) on delete cascade,
    created_at integer not null,
    expires_at integer not null
  ) strict`,
  "create index guests_by_link on guests (link_id)",
  // Without the guest: that consent was given and withdrawn is still known when the guest has been forgotten.
  `create table consents (
    id text primary key,
    event_id text not null references events (id) on delete cascade,
    guest_id text references guests (id) on delete set null,
    purpose text not null,
    text_hash text not null,
    given_at integer not null,
    withdrawn_at integer
  ) strict`,
  "create index consents_by_guest on consents (guest_id)",
  `create table guest_photos (
    guest_id text not null references guests (id) on delete cascade,
    photo_id text not null,
    face_id text not null,
    confidence real not null,
    favourite integer not null default 0,
    hidden integer not null default 0,
    primary key (guest_id, photo_id)
  ) strict, without rowid`,
];
