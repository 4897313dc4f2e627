package io.clusterdb.tasks.worker.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Stack traces as events carry them: laid out as Java prints them, bounded, of whole lines, and
 * without the frames that every attempt has. Where all of it is too long, each cause keeps its
 * first frames, since they say the most. Pure.
 */
final class StackTraces {
  /** Most bytes of one, in UTF-8. */
  static final int MAX_BYTES = 8 * 1024;

  private static final int MAX_CAUSES = 10;
  private static final int MAX_HEADLINE = 512;
  private static final int MAX_FRAMES = 512;

  /** What is kept free of frames for the line that says how many are left out. */
  private static final int REST_LINE = 80;

  private static final String RUNNER = AttemptRunner.class.getName();

  /** What says nothing of the handler: a trace of these frames alone is none. */
  private static final List<String> OTHERS = List.of("java.", "jdk.", "io.clusterdb.tasks.worker.");

  private StackTraces() {}

  /** Where it was thrown, with its causes; null where that says nothing of the handler. */
  static @Nullable String of(Throwable error) {
    try {
      return error instanceof EndedException ended
          ? told(ended.toldStackTrace())
          : text(causes(error));
    } catch (RuntimeException | Error e) {
      return null; // A user's exception may fail even at this, and its attempt ends all the same.
    }
  }

  /** Where a thread stands; null where that says nothing of the handler. */
  static @Nullable String of(String headline, StackTraceElement[] frames) {
    return text(List.of(part(headline, frames, ownFrames(frames))));
  }

  /**
   * One of the causes.
   *
   * @param headline what it is
   * @param frames its own, as lines
   * @param more how many it has in common with the one before, or with every attempt
   * @param tells whether its frames say something of the handler
   */
  private record Part(String headline, List<String> frames, int more, boolean tells) {}

  /** What somebody else wrote, cut to whole lines. */
  private static @Nullable String told(@Nullable String text) {
    if (text == null || bytes(text) <= MAX_BYTES) {
      return text;
    }
    StringBuilder kept = new StringBuilder();
    int room = MAX_BYTES - REST_LINE;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      room -= bytes(line);
      if (room < 0) {
        break;
      }
      kept.append(line).append('\n');
    }
    return kept.append("... left out for length").toString();
  }

  private static List<Part> causes(Throwable error) {
    List<Part> parts = new ArrayList<>();
    StackTraceElement[] before = error.getStackTrace();
    parts.add(part(headline("", error), before, ownFrames(before)));
    Throwable cause = next(error);
    while (cause != null && parts.size() < MAX_CAUSES) {
      StackTraceElement[] frames = cause.getStackTrace();
      parts.add(part(headline("Caused by: ", cause), frames, unlike(frames, before)));
      before = frames;
      cause = next(cause);
    }
    if (cause != null) {
      parts.add(new Part("Further causes are left out.", List.of(), 0, false));
    }
    return parts;
  }

  private static @Nullable Throwable next(Throwable error) {
    Throwable cause = error.getCause();
    return cause == error ? null : cause;
  }

  private static String headline(String before, Throwable error) {
    String message = Failures.messageAlone(error);
    return cut(before + error.getClass().getName() + (message == null ? "" : ": " + message));
  }

  private static Part part(String headline, StackTraceElement[] frames, int own) {
    List<String> lines =
        Arrays.stream(frames, 0, Math.min(own, MAX_FRAMES)).map(each -> "\tat " + each).toList();
    boolean tells = Arrays.stream(frames, 0, own).anyMatch(StackTraces::tells);
    return new Part(headline, lines, frames.length - lines.size(), tells);
  }

  /** How many frames are above those of every attempt. */
  private static int ownFrames(StackTraceElement[] frames) {
    for (int i = 0; i < frames.length; i++) {
      if (frames[i].getClassName().equals(RUNNER)) {
        return i;
      }
    }
    return frames.length;
  }

  /** How many frames are above those that it has in common with the one that it caused. */
  private static int unlike(StackTraceElement[] frames, StackTraceElement[] caused) {
    int own = frames.length;
    int other = caused.length;
    while (own > 0 && other > 0 && frames[own - 1].equals(caused[other - 1])) {
      own--;
      other--;
    }
    return Math.min(own, ownFrames(frames));
  }

  private static @Nullable String text(List<Part> parts) {
    if (parts.stream().noneMatch(Part::tells)) {
      return null;
    }
    int[] shown = shown(parts);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < shown.length; i++) {
      Part part = parts.get(i);
      text.append(part.headline()).append('\n');
      part.frames().subList(0, shown[i]).forEach(frame -> text.append(frame).append('\n'));
      int cut = part.frames().size() - shown[i];
      if (cut > 0) {
        text.append("\t... ").append(cut + part.more()).append(" more, left out for length\n");
      } else if (part.more() > 0) {
        text.append("\t... ").append(part.more()).append(" more\n");
      }
    }
    return text.toString().stripTrailing();
  }

  private static boolean tells(StackTraceElement frame) {
    return OTHERS.stream().noneMatch(frame.getClassName()::startsWith);
  }

  /** How many frames of each fit: one of each, then another of each, as long as there is room. */
  private static int[] shown(List<Part> parts) {
    int room = MAX_BYTES;
    for (Part part : parts) {
      room -= bytes(part.headline()) + REST_LINE;
    }
    int[] shown = new int[parts.size()];
    boolean grew = true;
    while (grew) {
      grew = false;
      for (int i = 0; i < shown.length; i++) {
        List<String> frames = parts.get(i).frames();
        int size = shown[i] < frames.size() ? bytes(frames.get(shown[i])) : Integer.MAX_VALUE;
        if (size <= room) {
          room -= size;
          shown[i]++;
          grew = true;
        }
      }
    }
    return shown;
  }

  /** With the end of its line. */
  private static int bytes(String line) {
    return Utils.utf8Length(line) + 1;
  }

  private static String cut(String headline) {
    if (headline.length() <= MAX_HEADLINE / 3 || Utils.utf8Length(headline) <= MAX_HEADLINE) {
      return headline;
    }
    int end = Math.min(headline.length(), MAX_HEADLINE);
    while (Utils.utf8Length(headline.substring(0, end)) > MAX_HEADLINE - 3) {
      end -= 1 + end / 20;
    }
    end -= Character.isHighSurrogate(headline.charAt(end - 1)) ? 1 : 0;
    return headline.substring(0, end) + "...";
  }
}
