package io.clusterdb.tasks.config;

/**
 * A setting that differs.
 *
 * @param field its key in the file, such as {@code retry_policy.max_attempts}
 * @param before its present value as the file would write it; {@code none} for none
 * @param after its wanted value, likewise
 */
public record FieldChange(String field, String before, String after) {
  @Override
  public String toString() {
    return field + " " + before + " -> " + after;
  }
}
