package io.clusterdb.tasks;

import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant: those that fit every part that is set. Immutable; each method that
 * takes a value returns a changed copy.
 *
 * @param ids jobs of these ids; empty for any
 * @param types jobs of these types; empty for any
 * @param errors jobs whose last attempt failed with one of these error types; empty for any
 * @param since jobs whose last attempt failed at this time or later; null for any time
 */
public record DeadLetterFilter(
    Set<String> ids, Set<String> types, Set<String> errors, @Nullable Instant since)
    implements Predicate<DeadJob> {
  /** Every dead letter. */
  public static final DeadLetterFilter ALL =
      new DeadLetterFilter(Set.of(), Set.of(), Set.of(), null);

  /** Copies the sets. */
  public DeadLetterFilter {
    ids = Set.copyOf(ids);
    types = Set.copyOf(types);
    errors = Set.copyOf(errors);
  }

  /** Of jobs of these ids only. */
  public DeadLetterFilter ids(Collection<String> values) {
    return new DeadLetterFilter(Set.copyOf(values), types, errors, since);
  }

  /** Of jobs of these types only. */
  public DeadLetterFilter types(Collection<String> values) {
    return new DeadLetterFilter(ids, Set.copyOf(values), errors, since);
  }

  /** Of jobs that failed with these error types only. */
  public DeadLetterFilter errors(Collection<String> values) {
    return new DeadLetterFilter(ids, types, Set.copyOf(values), since);
  }

  /** Of jobs that failed at this time or later only; null for any time. */
  public DeadLetterFilter since(@Nullable Instant time) {
    return new DeadLetterFilter(ids, types, errors, time);
  }

  @Override
  public boolean test(DeadJob job) {
    return fits(ids, job.id())
        && fits(types, job.type())
        && fits(errors, job.error().type())
        && (since == null || !job.failedAt().isBefore(since));
  }

  private static boolean fits(Set<String> wanted, String value) {
    return wanted.isEmpty() || wanted.contains(value);
  }
}
