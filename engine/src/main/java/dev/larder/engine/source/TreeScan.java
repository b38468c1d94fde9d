package dev.larder.engine.source;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Looks at all files that are meant, several at a time: lists folders, and reads what is not known.
 * What is found stays in the nodes.
 */
final class TreeScan {
  private record Task(TreeNode folder, String path, Rule rule) {}

  private final LinkedBlockingQueue<Optional<Task>> queue = new LinkedBlockingQueue<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  private TreeScan() {}

  /** Looks at these and at all below them. */
  static void run(List<Match> matches) throws IOException {
    TreeScan scan = new TreeScan();
    for (Match match : matches) {
      match.node().known();
      if (match.node().stat().isDirectory()) {
        scan.add(new Task(match.node(), "", match.rule()));
      }
    }
    scan.work(Math.max(2, Runtime.getRuntime().availableProcessors()));
  }

  private void add(Task task) {
    pending.incrementAndGet();
    queue.add(Optional.of(task));
  }

  private void work(int workers) throws IOException {
    if (pending.get() == 0) {
      return;
    }
    List<Thread> others = new ArrayList<>();
    for (int i = 1; i < workers; i++) {
      others.add(Thread.ofVirtual().name("scan-" + i).start(() -> drain(workers)));
    }
    drain(workers);
    boolean interrupted = Thread.interrupted();
    for (Thread other : others) {
      interrupted |= join(other);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    switch (failure.get()) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Exception e -> throw new IllegalStateException(e);
    }
  }

  private static boolean join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }

  /** Takes tasks until the last one of all is done. */
  private void drain(int workers) {
    try {
      for (Optional<Task> task = queue.take(); task.isPresent(); task = queue.take()) {
        if (failure.get() == null) {
          look(task.get());
        }
        if (pending.decrementAndGet() == 0) {
          end(workers);
        }
      }
    } catch (IOException | RuntimeException e) {
      failure.compareAndSet(null, e);
      end(workers);
    } catch (InterruptedException e) {
      failure.compareAndSet(null, new InterruptedIOException("reading files was interrupted"));
      Thread.currentThread().interrupt();
      end(workers);
    }
  }

  private void end(int workers) {
    for (int i = 0; i < workers; i++) {
      queue.add(Optional.empty());
    }
  }

  private void look(Task task) throws IOException {
    for (TreeNode child : task.folder.children()) {
      boolean folder = child.stat().isDirectory();
      String path = task.path.isEmpty() ? child.name() : task.path + "/" + child.name();
      Rule.Verdict verdict = task.rule.judge(path, folder);
      if (verdict == Rule.Verdict.SKIP) {
        continue;
      }
      child.known();
      if (folder) {
        add(new Task(child, path, task.rule));
      }
      if (Thread.currentThread().isInterrupted() || failure.get() != null) {
        return;
      }
    }
  }
}
