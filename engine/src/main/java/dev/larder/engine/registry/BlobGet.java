package dev.larder.engine.registry;

import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.store.BlobStore;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the rest of a blob into what is there of it ("Pulling blobs"; ranges are those of RFC
 * 9110, section 14). A registry that knows no ranges sends the whole, which starts over.
 */
final class BlobGet implements Endpoint<Boolean> {
  private static final Pattern RANGE = Pattern.compile("bytes ([0-9]{1,18})-[0-9]+/([0-9]+|\\*)");

  private final ImageName name;
  private final Descriptor blob;
  private final BlobStore.Ingest ingest;
  private final Progress progress;
  private boolean ranges = true;
  private long received;

  BlobGet(ImageName name, Descriptor blob, BlobStore.Ingest ingest, Progress progress) {
    this.name = name;
    this.blob = blob;
    this.ingest = ingest;
    this.progress = progress;
  }

  @Override
  public Http.Request request(Hosts hosts) {
    Map<String, String> headers = new HashMap<>();
    if (ranges && ingest.offset() > 0) {
      headers.put("Range", "bytes=" + ingest.offset() + "-");
    }
    return Http.Request.get(hosts.uri(name, "blobs/" + blob.digest()), headers);
  }

  @Override
  public boolean accepts(int status) {
    return status == 200 || status == 206 || status == 416;
  }

  @Override
  public long progress() {
    return ingest.offset();
  }

  @Override
  public Boolean read(Answer answer) throws IOException {
    if (answer.status() == 416 || (answer.status() == 206 && !continues(answer))) {
      ranges = false; // it knows ranges, but not this one: ask for the whole
      ingest.restart();
      throw RegistryException.cut(answer.uri(), "sends another range than asked for", null);
    }
    if (answer.status() == 200) {
      ingest.restart();
    }
    long rest = blob.size() - ingest.offset();
    if (answer.length() >= 0 && answer.length() != rest) {
      throw RegistryException.refused(
          answer.uri(), "sends " + answer.length() + " bytes where the manifest has " + rest, null);
    }
    receive(answer);
    return true;
  }

  private void receive(Answer answer) throws IOException {
    byte[] buffer = new byte[1 << 16];
    try {
      for (int n = answer.read(buffer); n >= 0; n = answer.read(buffer)) {
        keep(answer, buffer, n);
      }
    } catch (RegistryException e) {
      throw e.isTemporary() ? cut(answer, e) : e;
    }
    if (ingest.offset() < blob.size()) {
      throw cut(answer, null);
    }
  }

  private void keep(Answer answer, byte[] buffer, int length) throws IOException {
    if (length > blob.size() - ingest.offset()) {
      ingest.restart();
      throw RegistryException.refused(
          answer.uri(), "sends more than the " + blob.size() + " bytes of the manifest", null);
    }
    ingest.append(buffer, 0, length);
    received += length;
    progress.moved(blob, ingest.offset(), received);
    if (Thread.currentThread().isInterrupted()) {
      throw RegistryException.refused(answer.uri(), "interrupted", null);
    }
  }

  private RegistryException cut(Answer answer, @Nullable RegistryException cause) {
    return RegistryException.cut(
        answer.uri(), "cut after " + ingest.offset() + " bytes of " + blob.size(), cause);
  }

  private boolean continues(Answer answer) {
    String header = answer.header("Content-Range");
    Matcher range = RANGE.matcher(header == null ? "" : header);
    return range.matches()
        && Long.parseLong(range.group(1)) == ingest.offset()
        && (range.group(2).equals("*") || range.group(2).equals(Long.toString(blob.size())));
  }
}
