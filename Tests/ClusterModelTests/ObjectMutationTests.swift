import ClusterModel
import JSONTree
import NetworkTypes
import Testing

/// Damaged objects end in an answer: every prefix, every changed byte, every member of another type.
struct ObjectMutationTests {
    /// Takes an object through all that reads it.
    static func exercise(_ kind: ResourceKind, _ json: JSONValue, old: JSONValue) {
        let rules = Samples.rules(kind, [.ipv4, .ipv6])
        for namespace in [json[path: "metadata", "namespace"]?.stringValue, "shop"] {
            if let created = try? rules.prepareForCreate(json, namespace: namespace, stamp: Samples.stamp) {
                _ = created.bytes()
            }
        }
        _ = try? rules.prepareForUpdate(old: old, new: json)
        _ = try? rules.prepareForStatusUpdate(old: old, new: json)
        _ = StatusObject(json: json)
        switch kind {
        case .service:
            let spec = Service(unchecked: json).spec
            _ = (spec.clusterAddresses, spec.ports.map(\.targetPort), spec.affinityTimeoutSeconds, spec.selector)
        case .endpointSlice: _ = EndpointSlice(unchecked: json).endpoints.map(\.json)
        case .networkPolicy:
            let policy = NetworkPolicy(unchecked: json)
            _ = (try? policy.podSelector(), policy.rules(.ingress).map(\.peers))
        case .pod: _ = (Pod(unchecked: json).addresses, Pod(unchecked: json).isReady)
        case .node: _ = (Node(unchecked: json).podPrefixes, Node(unchecked: json).internalAddresses)
        case .lease: _ = Lease(unchecked: json).isExpired(at: Timestamp(seconds: 0))
        default: _ = Event(unchecked: json).lastTimestamp
        }
    }

    @Test(arguments: Samples.all) func everyPrefixAndChangedByteIsAnswered(
        kind: ResourceKind,
        sample: JSONValue
    ) throws {
        let stored = try Samples.create(kind, sample)
        let bytes = sample.bytes()
        for count in 0..<bytes.count {
            #expect(throws: JSONError.self) { try JSONValue(parsing: Array(bytes[..<count])) }
        }
        for place in bytes.indices {
            for byte in Array("\"{}[],:0-9aZ\\ \u{0}".utf8) + [0x80, 0xff] {
                var changed = bytes
                changed[place] = byte
                guard let json = try? JSONValue(parsing: changed) else { continue }
                Self.exercise(kind, json, old: stored)
            }
        }
    }

    static let replacements: [JSONValue] = [
        .null, true, "", "x", 0, -1, .integer(.max), .integer(.min), 1.5, .number(1e300), [], [.null], [:], [["a": 1]],
    ]

    @Test(arguments: Samples.all) func everyMemberOfAnotherTypeIsAnswered(kind: ResourceKind, sample: JSONValue) throws
    {
        let stored = try Samples.create(kind, sample)
        var count = 0
        Self.replaceEach(in: stored) { changed in
            Self.exercise(kind, changed, old: stored)
            count += 1
        }
        #expect(count > 100)
    }

    /// Gives every tree in which one value is replaced.
    static func replaceEach(in value: JSONValue, _ use: (JSONValue) -> Void) {
        for replacement in replacements { use(replacement) }
        switch value {
        case .object(let object):
            for (key, member) in object {
                replaceEach(in: member) { changed in
                    var copy = object
                    copy[key] = changed
                    use(.object(copy))
                }
            }
        case .array(let elements):
            for index in elements.indices {
                replaceEach(in: elements[index]) { changed in
                    var copy = elements
                    copy[index] = changed
                    use(.array(copy))
                }
            }
        default: break
        }
    }
}
