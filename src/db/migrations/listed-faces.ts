/** All that a search has to know of a face but its embedding: it is read again whenever a photo came in. */
export const listedFaces = [
  "create index faces_listed on faces (event_id, pipeline_id, id, photo_id, person_id, quality, x1, y1, x2, y2)",
  "drop index faces_by_pipeline",
];
