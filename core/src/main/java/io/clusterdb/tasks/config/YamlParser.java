package io.clusterdb.tasks.config;

import io.clusterdb.tasks.config.YamlNode.Entry;
import io.clusterdb.tasks.config.YamlNode.Mapping;
import io.clusterdb.tasks.config.YamlNode.Scalar;
import io.clusterdb.tasks.config.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Makes a tree of YAML text from the parser's events, because only events have a mark each and stop
 * where a limit is reached: depth, and size with every alias written out.
 */
final class YamlParser {
  static final int MAX_LENGTH = 1 << 20;
  static final int MAX_DEPTH = 64;
  static final int MAX_NODES = 200_000;

  private final Problems problems;
  private final VariableMask mask;
  private final Iterator<Event> events;
  private final Map<Anchor, YamlNode> anchors = new HashMap<>();
  private int nodes;

  private YamlParser(String text, Problems problems) {
    this.problems = problems;
    this.mask = VariableMask.of(text);
    LoadSettings settings =
        LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).setUseMarks(true).build();
    this.events = new Parse(settings).parseString(mask.hide(text)).iterator();
  }

  /** The document's root; null if there is none or it cannot be read, which is reported. */
  static @Nullable YamlNode parse(String text, Problems problems) {
    if (text.length() > MAX_LENGTH) {
      String found = "expected at most " + MAX_LENGTH + " characters, found " + text.length();
      problems.add(Place.FILE, "", found);
      return null;
    }
    YamlParser parser = new YamlParser(text, problems);
    try {
      return parser.document();
    } catch (Unreadable e) {
      problems.add(e.place, "", e.text);
    } catch (YamlEngineException e) {
      SyntaxErrors.report(e, text, parser.mask, problems);
    }
    return null;
  }

  private @Nullable YamlNode document() {
    YamlNode root = null;
    while (events.hasNext()) {
      Event event = events.next();
      switch (event.getEventId()) {
        case Alias, Scalar, SequenceStart, MappingStart -> root = node(event, 1, "");
        case DocumentStart -> {
          if (root != null) {
            throw new Unreadable(place(event), "expected one document, found another");
          }
        }
        default -> {} // ends, and the stream's start
      }
    }
    if (root == null) {
      problems.add(Place.FILE, "", "expected a mapping of settings, found an empty file");
    }
    return root;
  }

  private YamlNode node(Event event, int depth, String path) {
    YamlNode node =
        switch (event) {
          case AliasEvent alias -> anchored(alias);
          case ScalarEvent scalar -> scalar(scalar, path);
          case SequenceStartEvent start -> sequence(start, depth, path);
          case MappingStartEvent start -> mapping(start, depth, path);
          default -> throw new Unreadable(place(event), "expected a value");
        };
    nodes += event instanceof AliasEvent ? node.size() : 1;
    if (nodes > MAX_NODES) {
      throw new Unreadable(
          place(event), "expected at most " + MAX_NODES + " values, aliases counted by use");
    }
    if (depth + node.height() > MAX_DEPTH + 1) {
      throw tooDeep(event);
    }
    if (event instanceof NodeEvent holder && !(event instanceof AliasEvent)) {
      holder.getAnchor().ifPresent(anchor -> anchors.put(anchor, node));
    }
    return node;
  }

  private static Unreadable tooDeep(Event event) {
    return new Unreadable(place(event), "expected at most " + MAX_DEPTH + " levels");
  }

  private YamlNode anchored(AliasEvent alias) {
    YamlNode node = anchors.get(alias.getAlias());
    if (node == null) {
      String name = mask.restore(alias.getAlias().getValue());
      throw new Unreadable(
          place(alias), "expected an anchor &" + name + " that ends before *" + name);
    }
    return node;
  }

  private Scalar scalar(ScalarEvent event, String path) {
    boolean plain = event.isPlain() && event.getTag().isEmpty();
    refuseTag(event, event.getTag(), path);
    return new Scalar(mask.restore(event.getValue()), plain, place(event));
  }

  private void refuseTag(Event event, Optional<String> tag, String path) {
    tag.filter(name -> !name.equals("!") && !name.startsWith("tag:yaml.org,2002:"))
        .ifPresent(name -> problems.add(place(event), path, "expected no tag, found " + name));
  }

  private Sequence sequence(SequenceStartEvent start, int depth, String path) {
    refuseTag(start, start.getTag(), path);
    List<YamlNode> items = new ArrayList<>();
    for (Event event = inside(start, depth);
        event.getEventId() != Event.ID.SequenceEnd;
        event = events.next()) {
      items.add(node(event, depth + 1, path + "[" + items.size() + "]"));
    }
    return Sequence.of(items, place(start));
  }

  private Mapping mapping(MappingStartEvent start, int depth, String path) {
    refuseTag(start, start.getTag(), path);
    Map<String, Entry> entries = new LinkedHashMap<>();
    List<YamlNode> merged = new ArrayList<>();
    for (Event event = inside(start, depth);
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      YamlNode key = node(event, depth + 1, path);
      String below = key instanceof Scalar name ? Cursor.join(path, name.text()) : path;
      YamlNode value = node(events.next(), depth + 1, below);
      if (!(key instanceof Scalar name)) {
        problems.add(place(event), path, "expected text as a key, found " + key.describe());
      } else if (name.plain() && name.text().equals("<<")) {
        merged.add(value);
      } else {
        put(entries, name.text(), new Entry(place(event), value), below);
      }
    }
    merged.forEach(node -> merge(entries, node, path));
    return Mapping.of(entries, place(start));
  }

  private Event inside(Event start, int depth) {
    if (depth > MAX_DEPTH) {
      throw tooDeep(start); // before its children, so that recursion stays bounded
    }
    return events.next();
  }

  private void put(Map<String, Entry> entries, String key, Entry entry, String path) {
    Entry first = entries.putIfAbsent(key, entry);
    if (first != null) {
      String found = "expected each key once, found " + Scalar.quote(key) + " again";
      problems.add(entry.key(), path, found + " (first on line " + first.key().line() + ")");
    }
  }

  /** {@code <<: *defaults}: keys of its own win over merged ones, earlier merged over later. */
  private void merge(Map<String, Entry> entries, YamlNode node, String path) {
    switch (node) {
      case Mapping mapping -> mapping.entries().forEach(entries::putIfAbsent);
      case Sequence sequence -> sequence.items().forEach(item -> merge(entries, item, path));
      default ->
          problems.add(node.place(), path, "expected a mapping for <<, found " + node.describe());
    }
  }

  private static Place place(Event event) {
    return event
        .getStartMark()
        .map(mark -> new Place(mark.getLine() + 1, mark.getColumn() + 1))
        .orElse(Place.FILE);
  }

  /** Ends reading, for there is no tree. */
  private static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Place place;
    private final String text;

    Unreadable(Place place, String text) {
      super(text);
      this.place = place;
      this.text = text;
    }
  }
}
