package io.clusterdb.tasks.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a task runs: references and literals, compared by {@code == != < <= > >=} and joined by
 * {@code && || !} and parentheses. A reference that leads nowhere is null; null, false, 0 and what
 * is empty count as false. Immutable.
 */
public final class Condition {
  private final Term root;
  private final List<Ref> refs;

  private Condition(Term root, List<Ref> refs) {
    this.root = root;
    this.refs = List.copyOf(refs);
  }

  /** A part of a condition. */
  sealed interface Term {
    /** A reference. */
    record Value(Ref ref) implements Term {}

    /** A literal. */
    record Literal(JsonNode value) implements Term {}

    /** The opposite. */
    record Not(Term term) implements Term {}

    /** Two terms with an operator between them. */
    record Pair(String operator, Term left, Term right) implements Term {}
  }

  /**
   * Reads a condition.
   *
   * @throws TemplateException if it is none
   */
  public static Condition of(String text) throws TemplateException {
    List<Ref> refs = new ArrayList<>();
    return new Condition(new ConditionParser(text, refs).parse(), refs);
  }

  /** Every reference in it. */
  public List<Ref> refs() {
    return refs;
  }

  /**
   * Whether it holds.
   *
   * @throws TemplateException if values are compared that have no order
   */
  public boolean test(Scope scope) throws TemplateException {
    return Values.truth(Values.of(root, scope));
  }
}
