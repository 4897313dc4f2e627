package io.clusterdb.tasks.config;

/** Line and column of something in a file, both from 1; 0 for the file as a whole. */
record Place(int line, int column) {
  static final Place FILE = new Place(0, 0);
}
