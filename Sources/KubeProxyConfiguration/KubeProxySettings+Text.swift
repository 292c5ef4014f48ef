extension KubeProxySettings {
    /// The configuration as a file, in YAML.
    public var yaml: String {
        var lines = ["apiVersion: \(Self.apiVersion)", "kind: \(Self.kind)"]
        if case .section(let fields) = written { Self.write(fields, indent: "", to: &lines) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func write(
        _ fields: [(name: String, value: WrittenValue)],
        indent: String,
        to lines: inout [String]
    ) {
        for (name, value) in fields {
            switch value {
            case .null: lines.append("\(indent)\(name): null")
            case .plain(let text): lines.append("\(indent)\(name): \(text)")
            case .text(let text): lines.append("\(indent)\(name): \(quoted(text))")
            case .list(let texts):
                lines.append("\(indent)\(name):" + (texts.isEmpty ? " []" : ""))
                lines += texts.map { "\(indent)- \(quoted($0))" }
            case .section(let fields):
                lines.append("\(indent)\(name):" + (fields.isEmpty ? " {}" : ""))
                write(fields, indent: indent + "  ", to: &lines)
            }
        }
    }

    /// JSON's quotation, which is YAML's, too.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default:
                let isPlain = scalar.value >= 0x20 && scalar.value != 0x7F
                let hexadecimal = String(scalar.value, radix: 16)
                result +=
                    isPlain
                    ? String(scalar) : "\\u" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
            }
        }
        return result + "\""
    }
}
