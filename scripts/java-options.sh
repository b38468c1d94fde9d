# How the JVM is started; the AOT cache is made with the same options. A bounded heap keeps the whole process
# below 256 MB. -Xlog:disable: the JVM's own warnings would go to standard output, between what scripts read.
# ArchiveRelocationMode=0: the AOT cache is mapped where it was made for, instead of being patched for another place.
java_options=(
  -XX:+UseSerialGC
  -XX:-UsePerfData
  -Xms24m
  -Xmx144m
  -Xss512k
  -Xlog:disable
  -XX:+UnlockDiagnosticVMOptions
  -XX:ArchiveRelocationMode=0
  --enable-native-access=ALL-UNNAMED
)
