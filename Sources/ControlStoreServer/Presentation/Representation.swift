import ClusterModel

/// In which form a client wants objects.
struct Representation: Hashable, Sendable {
    /// What is shown of an object.
    enum Form: Hashable, Sendable {
        /// All of it.
        case whole
        /// Its metadata, as `PartialObjectMetadata`.
        case metadata
        /// A row of a table for people; the version is that of `meta.k8s.io`.
        case table(version: String)
    }

    let form: Form
    let isPretty: Bool
    /// For tables, what of the object goes with each row.
    let includes: String

    static let plain = Representation(form: .whole, isPretty: false, includes: "Metadata")

    init(form: Form, isPretty: Bool, includes: String) {
        self.form = form
        self.isPretty = isPretty
        self.includes = includes
    }

    /// Chooses the first of the forms that the client accepts; nil when none of them can be written.
    /// - Parameters:
    ///   - accept: the `Accept` header; nil for anything.
    ///   - userAgent: people look at what these programs show, so it gets line breaks.
    ///   - parameters: `pretty` decides about line breaks, `includeObject` about tables.
    init?(accept: String?, userAgent: String?, parameters: QueryParameters) {
        let isForPeople = ["curl", "Wget", "Mozilla/5.0"].contains { userAgent?.hasPrefix($0) ?? false }
        let isPretty = parameters["pretty"] == nil ? isForPeople : parameters.flag("pretty")
        let ranges = (accept ?? "*/*").split(separator: ",")
        guard let form = ranges.lazy.compactMap({ Self.form($0) }).first else { return nil }
        self.init(form: form, isPretty: isPretty, includes: parameters["includeObject"] ?? "Metadata")
    }

    private static func form(_ range: Substring) -> Form? {
        let parts = range.split(separator: ";").map { $0.filter { $0 != " " } }
        guard let type = parts.first, ["application/json", "application/*", "*/*"].contains(type) else { return nil }
        var options: [String: String] = [:]
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            if pair.count == 2 { options[String(pair[0])] = String(pair[1]) }
        }
        guard let form = options["as"] else { return options["stream"] == nil ? .whole : nil }
        guard options["g"] == "meta.k8s.io", let version = options["v"], ["v1", "v1beta1"].contains(version) else {
            return nil
        }
        switch form {
        case "Table": return .table(version: version)
        case "PartialObjectMetadata", "PartialObjectMetadataList": return version == "v1" ? .metadata : nil
        default: return nil
        }
    }
}
