package dev.larder.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Where the program starts. */
public final class Main {
  private static final long CANCEL_SECONDS = 20;

  /** What ends with its services has to wait until they have ended. */
  private static final long STOP_SECONDS = 120;

  private Main() {}

  /** Runs one command. SIGINT and SIGTERM interrupt it, and wait until it has put things away. */
  public static void main(String[] args) {
    Map<String, String> environment = System.getenv();
    Console console = Console.ofProcess(environment);
    Invocation invocation =
        new Invocation(
            environment,
            Path.of("").toAbsolutePath(),
            Path.of(environment.getOrDefault("HOME", System.getProperty("user.home"))),
            System.in,
            stream(FileDescriptor.out, console, true),
            stream(FileDescriptor.err, console, false),
            console,
            Clock.systemUTC());
    CountDownLatch done = new CountDownLatch(1);
    Thread worker = Thread.currentThread();
    boolean supervises = args.length > 0 && args[0].equals(SuperviseCommand.NAME);
    long patience =
        args.length > 0 && List.of("up", "run").contains(args[0]) ? STOP_SECONDS : CANCEL_SECONDS;
    if (!supervises) { // to a supervisor a signal means: stop the service, which takes its time
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> cancel(worker, done, patience), "larder-cancel"));
    }
    int status = Larder.FAILED;
    try {
      status = new Larder(invocation).run(args);
    } catch (InterruptedException e) {
      // A signal: the JVM is on its way out with the status that belongs to it.
      invocation.err().println("cancelled");
    } catch (RuntimeException | Error e) {
      invocation.err().println("larder: a bug; please report it with these lines:");
      e.printStackTrace(invocation.err());
    } finally {
      invocation.out().flush();
      invocation.err().flush();
      done.countDown();
    }
    System.exit(status);
  }

  private static void cancel(Thread worker, CountDownLatch done, long patience) {
    if (done.getCount() == 0) {
      return;
    }
    worker.interrupt();
    try {
      done.await(patience, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A closed pipe is no error here: a {@link PrintStream} falls silent, and the work goes on. */
  private static PrintStream stream(FileDescriptor descriptor, Console console, boolean bytes) {
    return new PrintStream(
        new java.io.BufferedOutputStream(new FileOutputStream(descriptor), 8192),
        !bytes,
        bytes ? StandardCharsets.UTF_8 : console.charset());
  }
}
