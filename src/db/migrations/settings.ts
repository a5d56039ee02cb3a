/** What organisers choose: thresholds, models, what guests see of an event; and the work beside the old that follows. */
export const settingsSchema = [
  `create table settings (
    key text primary key,
    value text not null
  ) strict`,

  "alter table events add column threshold real",
  "alter table events add column models text",
  "alter table events add column guest_title text",
  "alter table events add column logo text",
  "alter table events add column watermark text not null default 'none'",
  "alter table events add column text_mark text",

  // How many selfies may still be sent, so that a restart does not fill the budgets again.
  "alter table guest_links add column budget_left real",
  "alter table guest_links add column budget_at integer",
  "alter table guests add column budget_left real",
  "alter table guests add column budget_at integer",

  `create table reindexes (
    event_id text primary key references events (id) on delete cascade,
    models text not null,
    started_at integer not null
  ) strict`,
  `create table next_photos (
    event_id text not null,
    photo_id text not null,
    width integer,
    height integer,
    damaged integer not null default 0,
    pipeline_id text,
    error_code text,
    error_message text,
    primary key (event_id, photo_id),
    foreign key (event_id) references reindexes (event_id) on delete cascade,
    foreign key (event_id, photo_id) references photos (event_id, id) on delete cascade
  ) strict`,
  `create table next_faces (
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
    primary key (event_id, id),
    foreign key (event_id, photo_id) references next_photos (event_id, photo_id) on delete cascade
  ) strict`,
  "create index next_faces_by_photo on next_faces (event_id, photo_id)",
];
