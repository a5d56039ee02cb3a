import { type Kysely, type Migration, type MigrationProvider, sql } from "kysely";
import { settingsSchema } from "./settings-schema.ts";

/** In the order of their names, which never change once released. */
const migrations: Readonly<Record<string, Migration>> = {
  "0001-first": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of firstSchema) await sql.raw(statement).execute(db);
    },
  },
  "0002-server": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of serverSchema) await sql.raw(statement).execute(db);
    },
  },
  "0003-settings": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of settingsSchema) await sql.raw(statement).execute(db);
    },
  },
  "0004-looked-at": {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table photos add column looked_at integer`.execute(db);
    },
  },
  "0005-faces-listed": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of listedFaces) await sql.raw(statement).execute(db);
    },
  },
  "0006-faces-changed": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of changedFaces) await sql.raw(statement).execute(db);
    },
  },
  "0007-pin-tries": {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table guest_links add column pin_left real`.execute(db);
      await sql`alter table guest_links add column pin_at integer`.execute(db);
    },
  },
};

export const migrationProvider: MigrationProvider = {
  getMigrations: () => Promise.resolve({ ...migrations }),
};

const firstSchema = [
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

const serverSchema = [
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

/**
 * What has changed since a known state of the event is read by this alone. Both of the event's counters only grow, one of
 * them in every transaction that changes faces.
 */
const changedFaces = [
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

const listedFaces = [
  // All that a search has to know of a face but its embedding: it is read again whenever a photo came in.
  "create index faces_listed on faces (event_id, pipeline_id, id, photo_id, person_id, quality, x1, y1, x2, y2)",
  "drop index faces_by_pipeline",
];
