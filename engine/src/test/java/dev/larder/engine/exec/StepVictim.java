package dev.larder.engine.exec;

import dev.larder.engine.mount.Attachment;
import dev.larder.engine.mount.CacheLease;
import dev.larder.engine.mount.CacheMount;
import dev.larder.engine.mount.CacheMounts;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** An engine that runs one endless step, to be killed. */
final class StepVictim {
  static final CacheMount MOUNT =
      new CacheMount("machine", "v", "/v", CacheMount.Sharing.LOCKED, Optional.empty(), 0755, 0, 0);

  private StepVictim() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Path root = BusyboxRoot.make(folder.resolve("root"));
    CacheMounts mounts = CacheMounts.open(folder.resolve("mounts"), InstantSource.system());
    try (StepRunner runner = StepRunner.open(folder.resolve("run"), Map.of());
        CacheLease lease = mounts.acquire(MOUNT)) {
      String endless =
          "setsid sh -c 'while true; do date > /v/last; sleep 0.01; done' & "
              + "setsid sleep 97531 & touch /v/up; echo up; sleep 97532";
      runner.run(
          BusyboxRoot.with(
              BusyboxRoot.shell(root, endless), new Attachment.Cache(lease, "/v", true)),
          new Output() {
            @Override
            public void stdout(String text) {
              System.out.print(text);
              System.out.flush();
            }

            @Override
            public void stderr(String text) {
              System.err.print(text);
            }
          });
    }
  }
}
