import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Rewrites a jar whose classes were compiled for an old Java: same code, with the stack maps that
 * newer versions of the class file format have. The JVM's AOT cache takes no class older than Java
 * 6, and picocli's are Java 5's: loading and verifying them costs a fifth of a start.
 *
 * <p>usage: java ModernClasses.java FROM.jar TO.jar
 */
final class ModernClasses {
  private static final int OLDEST_IN_CACHE = 50;
  private static final int WRITTEN = 65;

  private ModernClasses() {}

  public static void main(String[] args) throws IOException {
    try (JarFile from = new JarFile(args[0]);
        JarOutputStream to = new JarOutputStream(Files.newOutputStream(Path.of(args[1])))) {
      ClassFile rewriter =
          ClassFile.of(
              StackMapsOption.GENERATE_STACK_MAPS,
              ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofResourceParsing(type -> open(from, type))
                      .orElse(ClassHierarchyResolver.defaultResolver())));
      for (JarEntry entry : from.stream().toList()) {
        byte[] bytes = from.getInputStream(entry).readAllBytes();
        to.putNextEntry(new JarEntry(entry.getName()));
        to.write(entry.getName().endsWith(".class") ? modern(rewriter, bytes) : bytes);
        to.closeEntry();
      }
    }
  }

  private static InputStream open(JarFile jar, ClassDesc type) {
    String name = type.descriptorString();
    JarEntry entry = jar.getJarEntry(name.substring(1, name.length() - 1) + ".class");
    try {
      return entry == null ? null : jar.getInputStream(entry);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static byte[] modern(ClassFile rewriter, byte[] bytes) {
    ClassModel model = rewriter.parse(bytes);
    if (model.majorVersion() >= OLDEST_IN_CACHE) {
      return bytes;
    }
    ClassTransform version =
        (builder, element) -> {
          if (element instanceof ClassFileVersion) {
            builder.withVersion(WRITTEN, 0);
          } else {
            builder.with(element);
          }
        };
    return rewriter.transformClass(
        model, version.andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
  }
}
