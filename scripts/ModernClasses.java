import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Rewrites the classes of a jar so that the JVM's AOT cache holds all that a start needs of them.
 * They do what they did.
 *
 * <ul>
 *   <li>Classes compiled for an old Java get the stack maps of newer versions of the class file
 *       format. The cache takes none older than Java 6, and picocli's are Java 5's: loading and
 *       verifying them costs a fifth of a start.
 *   <li>A {@code switch} over types is compiled to a call site whose code the JVM makes each time
 *       that a process first comes by; the cache can't keep it. It becomes a call of a method that
 *       asks {@code instanceof}.
 *   <li>So is what a record has for {@code equals} and {@code hashCode}; it becomes a method too.
 * </ul>
 *
 * <p>usage: java -cp ALL.jars ModernClasses.java FROM.jar TO.jar
 */
final class ModernClasses {
  private static final int OLDEST_IN_CACHE = 50;
  private static final int WRITTEN = 65;
  private static final ClassDesc SWITCH_BOOTSTRAPS =
      ClassDesc.of("java.lang.runtime.SwitchBootstraps");
  private static final ClassDesc OBJECT_METHODS = ClassDesc.of("java.lang.runtime.ObjectMethods");
  private static final ClassDesc OBJECTS = ClassDesc.of("java.util.Objects");
  private static final MethodTypeDesc TWO_OBJECTS =
      MethodTypeDesc.of(ConstantDescs.CD_boolean, ConstantDescs.CD_Object, ConstantDescs.CD_Object);

  private static final ClassFile REWRITER = ClassFile.of(StackMapsOption.GENERATE_STACK_MAPS);

  private ModernClasses() {}

  public static void main(String[] args) throws IOException {
    try (JarFile from = new JarFile(args[0]);
        JarOutputStream to = new JarOutputStream(Files.newOutputStream(Path.of(args[1])))) {
      for (JarEntry entry : from.stream().toList()) {
        byte[] bytes = from.getInputStream(entry).readAllBytes();
        to.putNextEntry(new JarEntry(entry.getName()));
        to.write(entry.getName().endsWith(".class") ? rewritten(bytes) : bytes);
        to.closeEntry();
      }
    }
  }

  private static byte[] rewritten(byte[] bytes) {
    ClassModel model = REWRITER.parse(bytes);
    if (model.majorVersion() < OLDEST_IN_CACHE) {
      return withStackMaps(model);
    }
    boolean isInterface = model.flags().has(AccessFlag.INTERFACE);
    Map<Made, String> made = new LinkedHashMap<>();
    CodeTransform calls =
        (builder, element) -> {
          Optional<Made> method =
              element instanceof InvokeDynamicInstruction call ? Made.by(call) : Optional.empty();
          if (method.isEmpty()) {
            builder.with(element);
            return;
          }
          String name = made.computeIfAbsent(method.get(), m -> "made$" + made.size());
          builder.invokestatic(
              model.thisClass().asSymbol(), name, method.get().type(), isInterface);
        };
    int flags = ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC;
    ClassTransform methods =
        ClassTransform.endHandler(
            type ->
                made.forEach((m, name) -> type.withMethodBody(name, m.type(), flags, m::write)));
    byte[] result =
        REWRITER.transformClass(
            model, ClassTransform.transformingMethodBodies(calls).andThen(methods));
    return made.isEmpty() ? bytes : result;
  }

  private static byte[] withStackMaps(ClassModel model) {
    ClassTransform version =
        (builder, element) -> {
          if (element instanceof ClassFileVersion) {
            builder.withVersion(WRITTEN, 0);
          } else {
            builder.with(element);
          }
        };
    return REWRITER.transformClass(
        model, version.andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
  }

  /** A method instead of one that the JVM would make for a call site. */
  private sealed interface Made {
    MethodTypeDesc type();

    void write(CodeBuilder code);

    static Optional<Made> by(InvokeDynamicInstruction call) {
      ClassDesc owner = call.bootstrapMethod().owner();
      List<ConstantDesc> arguments = call.bootstrapArgs();
      if (owner.equals(SWITCH_BOOTSTRAPS)
          && call.bootstrapMethod().methodName().equals("typeSwitch")
          && arguments.stream().allMatch(ClassDesc.class::isInstance)) {
        return Optional.of(
            new TypeSwitch(
                call.typeSymbol(), arguments.stream().map(ClassDesc.class::cast).toList()));
      }
      if (!owner.equals(OBJECT_METHODS) || call.name().equalsString("toString")) {
        return Optional.empty();
      }
      List<Component> components =
          arguments.stream()
              .skip(2)
              .map(DirectMethodHandleDesc.class::cast)
              .map(g -> new Component(g.owner(), g.methodName(), g.invocationType().returnType()))
              .toList();
      return Optional.of(
          call.name().equalsString("equals")
              ? new Equals(call.typeSymbol(), (ClassDesc) arguments.getFirst(), components)
              : new HashCode(call.typeSymbol(), components));
    }
  }

  /**
   * What {@code SwitchBootstraps.typeSwitch} would make.
   *
   * @param type (subject, number of the first label to try) → number of the label that fits, the
   *     number of labels if none does, -1 for null
   */
  private record TypeSwitch(MethodTypeDesc type, List<ClassDesc> labels) implements Made {
    @Override
    public void write(CodeBuilder code) {
      Label some = code.newLabel();
      code.aload(0).ifnonnull(some).iconst_m1().ireturn().labelBinding(some);
      for (int i = 0; i < labels.size(); i++) {
        Label next = code.newLabel();
        code.iload(1).loadConstant(i).if_icmpgt(next);
        code.aload(0).instanceOf(labels.get(i)).ifeq(next);
        code.loadConstant(i).ireturn().labelBinding(next);
      }
      code.loadConstant(labels.size()).ireturn();
    }
  }

  /** A component of a record; its value's class is what compares and hashes it. */
  private record Component(ClassDesc owner, String name, ClassDesc type) {
    void load(CodeBuilder code, int slot) {
      code.aload(slot).getfield(owner, name, type);
    }

    ClassDesc box() {
      return switch (type.descriptorString()) {
        case "Z" -> ConstantDescs.CD_Boolean;
        case "B" -> ConstantDescs.CD_Byte;
        case "S" -> ConstantDescs.CD_Short;
        case "C" -> ConstantDescs.CD_Character;
        case "I" -> ConstantDescs.CD_Integer;
        case "J" -> ConstantDescs.CD_Long;
        case "F" -> ConstantDescs.CD_Float;
        case "D" -> ConstantDescs.CD_Double;
        default -> OBJECTS;
      };
    }

    ClassDesc argument() {
      return type.isPrimitive() ? type : ConstantDescs.CD_Object;
    }
  }

  /** {@code ObjectMethods}' equals: same record, and each component equal. */
  private record Equals(MethodTypeDesc type, ClassDesc record, List<Component> components)
      implements Made {
    @Override
    public void write(CodeBuilder code) {
      Label differs = code.newLabel();
      code.aload(1).instanceOf(record).ifeq(differs).aload(1).checkcast(record).astore(2);
      for (Component c : components) {
        c.load(code, 0);
        c.load(code, 2);
        if (c.type().isPrimitive()) {
          code.invokestatic(
                  c.box(), "compare", MethodTypeDesc.of(ConstantDescs.CD_int, c.type(), c.type()))
              .ifne(differs);
        } else {
          code.invokestatic(OBJECTS, "equals", TWO_OBJECTS).ifeq(differs);
        }
      }
      code.iconst_1().ireturn().labelBinding(differs).iconst_0().ireturn();
    }
  }

  /** {@code ObjectMethods}' hashCode: 31 times what came before, plus each component's. */
  private record HashCode(MethodTypeDesc type, List<Component> components) implements Made {
    @Override
    public void write(CodeBuilder code) {
      code.iconst_0();
      for (Component c : components) {
        code.loadConstant(31).imul();
        c.load(code, 0);
        code.invokestatic(
            c.box(), "hashCode", MethodTypeDesc.of(ConstantDescs.CD_int, c.argument()));
        code.iadd();
      }
      code.ireturn();
    }
  }
}
