package dev.larder.engine.build;

import dev.larder.engine.fetch.Transfer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Remembers what a step was refused, for the case that it fails. */
final class Missed implements Transfer.Log {
  private static final int MOST = 5;

  private final Transfer.Log next;
  private final Set<String> reasons = new LinkedHashSet<>(); // guarded by this

  /**
   * Nothing yet.
   *
   * @param next is told of each transfer too
   */
  Missed(Transfer.Log next) {
    this.next = next;
  }

  @Override
  public synchronized void ended(Transfer transfer) {
    if (transfer.how() == Transfer.How.REFUSED) {
      reasons.add(
          transfer.reason().isEmpty()
              ? "connect to " + transfer.url() + ": refused"
              : transfer.reason());
    }
    next.ended(transfer);
  }

  @Override
  public void moving(String url, Transfer.How how, long done, long total) {
    next.moving(url, how, done, total);
  }

  /** The first reasons, and how many there are beyond. */
  synchronized List<String> reasons() {
    List<String> first = new ArrayList<>(reasons.stream().limit(MOST).toList());
    if (reasons.size() > MOST) {
      first.add("and " + (reasons.size() - MOST) + " more");
    }
    return first;
  }
}
