package io.clusterdb.tasks.workflow;

import io.clusterdb.tasks.workflow.Condition.Term;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads conditions, by recursive descent. */
final class ConditionParser {
  private static final Pattern LITERAL =
      Pattern.compile("-?\\d+(\\.\\d+)?|true\\b|false\\b|null\\b|'[^']*'|\"[^\"]*\"");
  private static final Pattern PATH = Pattern.compile("[A-Za-z_][A-Za-z0-9_.\\[\\]'-]*");
  private static final List<String> COMPARISONS = List.of("==", "!=", "<=", ">=", "<", ">");
  private static final int MOST_NESTED = 50;

  private final String text;
  private final List<Ref> refs;
  private int at;
  private int nested;

  ConditionParser(String text, List<Ref> refs) {
    this.text = text;
    this.refs = refs;
  }

  Term parse() throws TemplateException {
    Term term = either();
    if (peek() != 0) {
      throw wrong("an operator or the end");
    }
    return term;
  }

  private Term either() throws TemplateException {
    Term term = both();
    while (take("||")) {
      term = new Term.Pair("||", term, both());
    }
    return term;
  }

  private Term both() throws TemplateException {
    Term term = comparison();
    while (take("&&")) {
      term = new Term.Pair("&&", term, comparison());
    }
    return term;
  }

  private Term comparison() throws TemplateException {
    Term left = unary();
    String operator = operator();
    return operator == null ? left : new Term.Pair(operator, left, unary());
  }

  private Term unary() throws TemplateException {
    if (++nested > MOST_NESTED) {
      throw wrong("a simpler condition");
    }
    try {
      if (peek() == '!' && !text.startsWith("!=", at)) {
        at++;
        return new Term.Not(unary());
      }
      if (take("(")) {
        Term term = either();
        if (!take(")")) {
          throw wrong("a closing parenthesis");
        }
        return term;
      }
      return operand();
    } finally {
      nested--;
    }
  }

  private Term operand() throws TemplateException {
    if (take("{{")) {
      int close = Braces.close(text, at);
      Term term = value(RefParser.parse(text.substring(at, close).strip()));
      at = close + 2;
      return term;
    }
    Matcher literal = LITERAL.matcher(text).region(Math.min(at, text.length()), text.length());
    if (literal.lookingAt()) {
      at = literal.end();
      return new Term.Literal(RefParser.literal(literal.group()));
    }
    Matcher path = PATH.matcher(text).region(Math.min(at, text.length()), text.length());
    if (path.lookingAt()) {
      at = path.end();
      return value(RefParser.parse(path.group()));
    }
    throw wrong("a reference such as {{input.amount}} or a literal");
  }

  private Term value(Ref ref) {
    refs.add(ref);
    return new Term.Value(ref);
  }

  private @Nullable String operator() {
    peek();
    for (String operator : COMPARISONS) {
      if (take(operator)) {
        return operator;
      }
    }
    return null;
  }

  private boolean take(String token) {
    peek();
    if (text.startsWith(token, at)) {
      at += token.length();
      return true;
    }
    return false;
  }

  private char peek() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at < text.length() ? text.charAt(at) : 0;
  }

  private TemplateException wrong(String expected) {
    String rest = at < text.length() ? "\"" + text.substring(at) + "\"" : "the end";
    return new TemplateException(
        "expected " + expected + " in condition \"" + text + "\", found " + rest);
  }
}
