/// A part of the configuration with fields of its own.
protocol ConfigurationSection: Hashable, Sendable {
    init()
    /// All of them, in the order in which kube-proxy writes them.
    static var fields: [ConfigurationField<Self>] { get }
}

/// One field: its name, and the way between its text and its place.
struct ConfigurationField<Section: ConfigurationSection> {
    let name: String
    /// Whether weftd does something with it.
    var isHonoured = true
    /// Takes a value over; what is wrong is told to the reader.
    let read: (ConfigurationValue, inout Section, inout ConfigurationReader) -> Void
    /// Its present value, and for a section its parts.
    let written: (Section) -> WrittenValue
    /// The names of the parts that are given and not honoured; empty: the field itself, where that is so.
    var ignoredParts: (Section) -> [String] = { _ in [] }

    /// The same field, which is accepted and has no effect here.
    var ignored: ConfigurationField {
        var field = self
        field.isHonoured = false
        return field
    }
}

/// A value as it is written.
indirect enum WrittenValue: Equatable {
    case null
    /// Ready to write, such as `true`, `14` or `30s`.
    case plain(String)
    case text(String)
    case list([String])
    case section([(name: String, value: WrittenValue)])

    static func == (left: WrittenValue, right: WrittenValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.plain(let left), .plain(let right)), (.text(let left), .text(let right)): left == right
        case (.list(let left), .list(let right)): left == right
        case (.section(let left), .section(let right)):
            left.map(\.name) == right.map(\.name) && left.map(\.value) == right.map(\.value)
        default: false
        }
    }
}

extension ConfigurationSection {
    /// The names of fields that are given and have no effect, as they are reached from `path`.
    func ignoredFields(in path: String = "") -> [String] {
        let plain = Self()
        return Self.fields.flatMap { field -> [String] in
            let parts = field.ignoredParts(self)
            if !parts.isEmpty { return parts.map { path + field.name + "." + $0 } }
            guard !field.isHonoured, field.written(self) != field.written(plain) else { return [] }
            return [path + field.name]
        }
    }

    var written: WrittenValue {
        .section(Self.fields.map { (name: $0.name, value: $0.written(self)) })
    }
}

// MARK: kinds of fields

extension ConfigurationField {
    private init<Value>(
        _ name: String,
        _ path: WritableKeyPath<Section, Value>,
        parse: @escaping (ConfigurationValue) throws(FieldProblem) -> Value,
        write: @escaping (Value) -> WrittenValue
    ) {
        self.name = name
        read = { value, section, reader in
            do throws(FieldProblem) {
                section[keyPath: path] = try parse(value)
            } catch {
                reader.complain(value, error)
            }
        }
        written = { write($0[keyPath: path]) }
    }

    static func text(_ name: String, _ path: WritableKeyPath<Section, String>) -> ConfigurationField {
        ConfigurationField(name, path) { value throws(FieldProblem) in
            try value.text()
        } write: {
            .text($0)
        }
    }

    static func flag(_ name: String, _ path: WritableKeyPath<Section, Bool>) -> ConfigurationField {
        ConfigurationField(name, path) { value throws(FieldProblem) in
            try value.flag()
        } write: {
            .plain("\($0)")
        }
    }

    static func optionalFlag(_ name: String, _ path: WritableKeyPath<Section, Bool?>) -> ConfigurationField {
        ConfigurationField(name, path) { value throws(FieldProblem) in
            try value.flag()
        } write: {
            $0.map { .plain("\($0)") } ?? .null
        }
    }

    static func optionalInteger(_ name: String, _ path: WritableKeyPath<Section, Int?>) -> ConfigurationField {
        ConfigurationField(name, path) { value throws(FieldProblem) in
            try value.integer()
        } write: {
            $0.map { .plain("\($0)") } ?? .null
        }
    }

    static func integer(_ name: String, _ path: WritableKeyPath<Section, Int>) -> ConfigurationField {
        ConfigurationField(name, path) { value throws(FieldProblem) in
            try value.integer()
        } write: {
            .plain("\($0)")
        }
    }

    /// A quantity of bytes; 0 is what kube-proxy has by itself.
    static func quantity(_ name: String, _ path: WritableKeyPath<Section, String>) -> ConfigurationField {
        ConfigurationField(name, path) { value throws(FieldProblem) in
            if let number = try? value.integer() { return number == 0 ? "" : "\(number)" }
            let text = try value.text()
            return text == "0" ? "" : text
        } write: {
            .text($0)
        }
    }

    static func number(_ name: String, _ path: WritableKeyPath<Section, Double>) -> ConfigurationField {
        ConfigurationField(name, path) { value throws(FieldProblem) in
            try value.number()
        } write: {
            .plain($0 == $0.rounded() && abs($0) < 1e9 ? "\(Int($0))" : "\($0)")
        }
    }

    static func duration(_ name: String, _ path: WritableKeyPath<Section, Duration>) -> ConfigurationField {
        ConfigurationField(name, path) { value throws(FieldProblem) in
            try value.duration()
        } write: {
            .plain(GoDuration.text($0))
        }
    }

    static func optionalDuration(_ name: String, _ path: WritableKeyPath<Section, Duration?>) -> ConfigurationField {
        ConfigurationField(name, path) { value throws(FieldProblem) in
            try value.duration()
        } write: {
            $0.map { .plain(GoDuration.text($0)) } ?? .null
        }
    }

    /// A duration, or a number of nanoseconds, as the field was once.
    static func durationOrNumber(_ name: String, _ path: WritableKeyPath<Section, Duration>) -> ConfigurationField {
        ConfigurationField(name, path) { value throws(FieldProblem) in
            if let nanoseconds = try? value.integer() { return .nanoseconds(nanoseconds) }
            return try value.duration()
        } write: {
            .plain(GoDuration.text($0))
        }
    }

    static func list(_ name: String, _ path: WritableKeyPath<Section, [String]>) -> ConfigurationField {
        ConfigurationField(name, path) { value throws(FieldProblem) in
            try value.list()
        } write: {
            .list($0)
        }
    }

    static func flags(_ name: String, _ path: WritableKeyPath<Section, [String: Bool]>) -> ConfigurationField {
        ConfigurationField(name, path) { value throws(FieldProblem) in
            try value.flags()
        } write: { flags in
            .section(flags.sorted { $0.key < $1.key }.map { (name: $0.key, value: .plain("\($0.value)")) })
        }
    }

    /// A section of its own.
    static func section<Part: ConfigurationSection>(
        _ name: String,
        _ path: WritableKeyPath<Section, Part>
    ) -> ConfigurationField {
        ConfigurationField(
            name: name,
            read: { value, section, reader in reader.read(value, into: &section[keyPath: path]) },
            written: { $0[keyPath: path].written },
            ignoredParts: { $0[keyPath: path].ignoredFields() }
        )
    }
}
