import org.jspecify.annotations.NullMarked;

/** The command line. */
@NullMarked
module dev.larder.cli {
  requires com.google.gson;
  requires dev.larder.engine;
  requires info.picocli;
  requires static org.jspecify;
}
