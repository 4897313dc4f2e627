package io.clusterdb.tasks.cli;

/** How results are written. */
enum OutputFormat {
  /** Text for people. */
  TABLE,
  /** One JSON document, or one object a line where results stream. */
  JSON
}
