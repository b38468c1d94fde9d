package dev.larder.engine.lockfile;

import java.io.IOException;
import java.io.StringReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** Maven's {@code pom.xml}: parent, dependencies, plugins, extensions; own properties filled in. */
final class MavenPom {
  private static final Set<String> ARTIFACTS =
      Set.of("dependency", "plugin", "parent", "extension", "annotationProcessorPath", "path");
  private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^}]+)}");

  private MavenPom() {}

  static void read(String text, Map<String, String> packages) {
    Element project = parse(text);
    Map<String, String> properties = new HashMap<>();
    for (String name : List.of("version", "groupId")) {
      properties.put("project." + name, child(project, name));
    }
    NodeList tables = project.getElementsByTagName("properties");
    for (int i = 0; i < tables.getLength(); i++) {
      NodeList all = tables.item(i).getChildNodes();
      for (int j = 0; j < all.getLength(); j++) {
        properties.putIfAbsent(all.item(j).getNodeName(), all.item(j).getTextContent().strip());
      }
    }
    artifacts(project, properties, packages);
  }

  private static Element parse(String text) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      DocumentBuilder builder = factory.newDocumentBuilder();
      builder.setErrorHandler(new DefaultHandler()); // the usual one prints
      return builder.parse(new InputSource(new StringReader(text))).getDocumentElement();
    } catch (SAXException | IOException e) {
      throw new IllegalArgumentException("not XML: " + e.getMessage(), e);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("the JDK's parser knows these features", e);
    }
  }

  private static void artifacts(
      Element element, Map<String, String> properties, Map<String, String> packages) {
    NodeList children = element.getChildNodes();
    for (int i = 0; i < children.getLength(); i++) {
      if (children.item(i) instanceof Element below) {
        if (ARTIFACTS.contains(below.getTagName()) && !child(below, "artifactId").isEmpty()) {
          String group = child(below, "groupId");
          boolean plugin = group.isEmpty() && below.getTagName().equals("plugin");
          String name =
              (plugin ? "org.apache.maven.plugins" : group) + ":" + child(below, "artifactId");
          String version = child(below, "version");
          Packages.add(
              packages,
              filled(name, properties),
              version.isEmpty() ? "managed" : filled(version, properties));
        }
        artifacts(below, properties, packages);
      }
    }
  }

  private static String child(Element element, String name) {
    for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node.getNodeName().equals(name)) {
        return node.getTextContent().strip();
      }
    }
    return "";
  }

  private static String filled(String text, Map<String, String> properties) {
    return PROPERTY
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(properties.getOrDefault(found.group(1), found.group())));
  }
}
