package dev.larder.engine.event;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Why a step ran and no earlier result was taken. */
public sealed interface Reason {
  /** One line that names the cause, without a full stop. */
  String text();

  /** Earlier results were not wanted: {@code --no-cache}. */
  record NoCache(String option) implements Reason {
    @Override
    public String text() {
      return option;
    }
  }

  /** There is no earlier build of this project, or none that came as far as this step. */
  record NeverBuilt() implements Reason {
    @Override
    public String text() {
      return "never built before";
    }
  }

  /** The earlier builds of this project have no such instruction. */
  record NewStep() implements Reason {
    @Override
    public String text() {
      return "new instruction";
    }
  }

  /**
   * Something that the instruction says, or that is in force where it stands.
   *
   * @param what it is about
   * @param name of a variable, a mount; empty where there is only one of its kind
   * @param before its value; empty where it is not shown, as it may be a secret
   * @param after as before
   * @param how whether it is new or gone
   */
  record Changed(What what, String name, String before, String after, How how) implements Reason {
    @Override
    public String text() {
      String subject = name.isEmpty() ? what.words : what.words + " " + name;
      return switch (how) {
        case ADDED -> subject + " is new";
        case REMOVED -> subject + " is gone";
        case CHANGED -> subject + " changed" + values();
      };
    }

    private String values() {
      if (before.isEmpty() && after.isEmpty()) {
        return "";
      }
      return switch (what) {
        case COMMAND, SOURCE, DESTINATION ->
            ": \"" + Excerpts.of(before, after) + "\" → \"" + Excerpts.of(after, before) + "\"";
        default ->
            ": "
                + (before.isEmpty() ? "none" : before)
                + " → "
                + (after.isEmpty() ? "none" : after);
      };
    }
  }

  /** How a value differs. */
  enum How {
    CHANGED,
    ADDED,
    REMOVED
  }

  /** What a value belongs to. */
  enum What {
    COMMAND("command"),
    SHELL("shell"),
    ARG("build arg"),
    VARIABLE("variable"),
    USER("user"),
    FOLDER("working folder"),
    NETWORK("network mode"),
    SECURITY("security mode"),
    HOST_NAME("host name"),
    EXTRA_HOST("extra host"),
    MOUNT("mount"),
    SECRET("secret"),
    SSH("ssh agent"),
    PLATFORM("platform"),
    SOURCE("source"),
    DESTINATION("destination"),
    OWNER("--chown"),
    MODE("--chmod"),
    EXCLUDE("--exclude"),
    PARENTS("--parents"),
    UNPACK("--unpack"),
    LINK("--link"),
    DOCUMENT("here-document"),
    URL("URL"),
    CHECKSUM("--checksum"),
    INPUTS("number of inputs"),
    OTHER("part");

    private final String words;

    What(String words) {
      this.words = words;
    }
  }

  /** A tag names another image than it did. */
  record BaseMoved(String image, String before, String after) implements Reason {
    @Override
    public String text() {
      return "base image "
          + image
          + " moved from "
          + Excerpts.digest(before)
          + " to "
          + Excerpts.digest(after);
    }
  }

  /** Another image is asked for. */
  record BaseChanged(String before, String after) implements Reason {
    @Override
    public String text() {
      return "base image changed: " + before + " → " + after;
    }
  }

  /**
   * Files that are read are not as they were.
   *
   * @param of whose they are: {@code stage build}, a URL; empty is the build context
   * @param files the first of those that differ, sorted by path; empty where they are not known
   * @param total how many there are
   * @param hint what to do about it; empty where nothing is to be done
   */
  record FilesChanged(String of, List<FileChange> files, int total, String hint) implements Reason {
    private static final int SHOWN = 4;

    public FilesChanged {
      files = List.copyOf(files);
    }

    @Override
    public String text() {
      String where = of.isEmpty() ? "" : " in " + of;
      if (files.isEmpty()) {
        return "files changed" + (of.isEmpty() ? " in the build context" : where);
      }
      StringBuilder text = new StringBuilder();
      text.append(total).append(total == 1 ? " file" : " files");
      text.append(" changed").append(where).append(" (");
      int shown = Math.min(total == SHOWN + 1 ? total : SHOWN, files.size());
      for (int i = 0; i < shown; i++) {
        text.append(i == 0 ? "" : ", ").append(files.get(i).text());
      }
      if (total > shown) {
        text.append(", and ").append(total - shown).append(" more");
      }
      return text.append(')').append(hint.isEmpty() ? "" : "; " + hint).toString();
    }
  }

  /**
   * A manifest or lock file of a package manager is not as it was.
   *
   * @param of whose it is, as with {@link FilesChanged}
   * @param file its path
   * @param changes the first packages that differ; none if only its text does
   * @param total how many packages differ
   */
  record PackagesChanged(String of, String file, List<PackageChange> changes, int total)
      implements Reason {
    private static final int SHOWN = 4;

    public PackagesChanged {
      changes = List.copyOf(changes);
    }

    @Override
    public String text() {
      String where = of.isEmpty() ? file : file + " in " + of;
      if (changes.isEmpty()) {
        return where + " changed, and asks for the same packages";
      }
      int shown = Math.min(total == SHOWN + 1 ? total : SHOWN, changes.size());
      StringBuilder text = new StringBuilder(where).append(": ");
      for (int i = 0; i < shown; i++) {
        text.append(i == 0 ? "" : ", ").append(changes.get(i).text());
      }
      return text.append(total > shown ? ", and " + (total - shown) + " more" : "").toString();
    }
  }

  /** An earlier step came out anew, and this one stands on it. */
  record Follows(String step) implements Reason {
    @Override
    public String text() {
      return "follows " + step;
    }
  }

  /** The same step failed in an earlier build, so there is no result of it. */
  record FailedBefore(String build) implements Reason {
    @Override
    public String text() {
      return "failed in build " + build;
    }
  }

  /** The same step was built before, and its result was removed since. */
  record Removed(Instant at, String by) implements Reason {
    private static final DateTimeFormatter DAY =
        DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    @Override
    public String text() {
      return "result was removed on " + DAY.format(at) + " (" + by + ")";
    }
  }

  /** The same step was built before, but its result is no longer on this machine. */
  record Gone(String build) implements Reason {
    @Override
    public String text() {
      return "result of build " + build + " is no longer on this machine";
    }
  }
}
