package io.clusterdb.tasks.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import io.clusterdb.tasks.workflow.Condition.Term;

/** What the terms of a condition come to. */
final class Values {
  private Values() {}

  static JsonNode of(Term term, Scope scope) throws TemplateException {
    return switch (term) {
      case Term.Value value -> value.ref().orNull(scope);
      case Term.Literal literal -> literal.value();
      case Term.Not not -> BooleanNode.valueOf(!truth(of(not.term(), scope)));
      case Term.Pair pair -> BooleanNode.valueOf(pair(pair, scope));
    };
  }

  static boolean truth(JsonNode value) {
    return switch (value.getNodeType()) {
      case BOOLEAN -> value.booleanValue();
      case NUMBER -> value.decimalValue().signum() != 0;
      case STRING -> !value.textValue().isEmpty() && !value.textValue().equals("false");
      case ARRAY, OBJECT -> !value.isEmpty();
      default -> false;
    };
  }

  private static boolean pair(Term.Pair pair, Scope scope) throws TemplateException {
    JsonNode left = of(pair.left(), scope);
    return switch (pair.operator()) {
      case "&&" -> truth(left) && truth(of(pair.right(), scope));
      case "||" -> truth(left) || truth(of(pair.right(), scope));
      case "==" -> same(left, of(pair.right(), scope));
      case "!=" -> !same(left, of(pair.right(), scope));
      case "<" -> compare(pair, left, of(pair.right(), scope)) < 0;
      case "<=" -> compare(pair, left, of(pair.right(), scope)) <= 0;
      case ">" -> compare(pair, left, of(pair.right(), scope)) > 0;
      default -> compare(pair, left, of(pair.right(), scope)) >= 0;
    };
  }

  private static boolean same(JsonNode left, JsonNode right) {
    return (left.isNumber() && right.isNumber())
        ? left.decimalValue().compareTo(right.decimalValue()) == 0
        : left.equals(right);
  }

  private static int compare(Term.Pair pair, JsonNode left, JsonNode right)
      throws TemplateException {
    if (left.isNumber() && right.isNumber()) {
      return left.decimalValue().compareTo(right.decimalValue());
    }
    if (left.isTextual() && right.isTextual()) {
      return left.textValue().compareTo(right.textValue());
    }
    throw new TemplateException(
        "expected two numbers or two texts around %s, found %s and %s"
            .formatted(pair.operator(), left, right));
  }
}
