package io.clusterdb.tasks.acl;

import io.clusterdb.tasks.acl.Rule.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Brings rules into their shortest form: each resource once, and nothing that follows from another.
 */
final class RuleSet {
  /** Kafka lets whoever may do one of these also describe the resource. */
  private static final Set<Operation> IMPLY_DESCRIBE =
      EnumSet.of(Operation.READ, Operation.WRITE, Operation.DELETE, Operation.ALTER);

  private RuleSet() {}

  /** What a rule is about. */
  private record Subject(Rule.Resource resource, boolean prefixed, String name) {}

  static List<Rule> of(List<Rule> rules) {
    Map<Subject, Rule> bySubject = new LinkedHashMap<>();
    for (Rule rule : rules) {
      bySubject.merge(
          new Subject(rule.resource(), rule.prefixed(), rule.name()), rule, RuleSet::both);
    }
    List<Rule> all = bySubject.values().stream().map(RuleSet::withoutImplied).toList();
    List<Rule> shortest = new ArrayList<>();
    for (Rule rule : all) {
      if (all.stream().noneMatch(other -> covers(other, rule))) {
        shortest.add(rule);
      }
    }
    shortest.sort(
        Comparator.comparing(Rule::resource)
            .thenComparing(Rule::prefixed)
            .thenComparing(Rule::name));
    return List.copyOf(shortest);
  }

  private static Rule both(Rule one, Rule other) {
    Set<Operation> operations = new TreeSet<>(one.operations());
    operations.addAll(other.operations());
    String why = one.why().contains(other.why()) ? one.why() : one.why() + "; " + other.why();
    return new Rule(one.resource(), one.name(), one.prefixed(), operations, why);
  }

  private static Rule withoutImplied(Rule rule) {
    if (rule.operations().stream().noneMatch(IMPLY_DESCRIBE::contains)) {
      return rule;
    }
    Set<Operation> operations = new TreeSet<>(rule.operations());
    operations.remove(Operation.DESCRIBE);
    return new Rule(rule.resource(), rule.name(), rule.prefixed(), operations, rule.why());
  }

  private static boolean covers(Rule wide, Rule narrow) {
    return !wide.equals(narrow)
        && wide.prefixed()
        && wide.resource() == narrow.resource()
        && narrow.name().startsWith(wide.name())
        && granted(wide).containsAll(narrow.operations());
  }

  private static Set<Operation> granted(Rule rule) {
    Set<Operation> granted = new TreeSet<>(rule.operations());
    if (granted.stream().anyMatch(IMPLY_DESCRIBE::contains)) {
      granted.add(Operation.DESCRIBE);
    }
    return granted;
  }
}
