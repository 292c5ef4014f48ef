public import NetworkTypes

/// Something about a packet that a rule looks at: the left side of a match, a part of a key.
public indirect enum Selector: Hashable, Sendable {
    /// A field of a header.
    case payload(PayloadField)
    /// What the kernel knows about the packet.
    case meta(MetaKey)
    /// What the kernel knows about the connection.
    case connection(ConnectionKey, ConnectionDirection? = nil)
    /// What the routing tables say about an address of the packet.
    case route(RouteLookup.Flags, RouteLookup.Result)
    /// A number from `offset` to below `offset + modulus`.
    case number(NumberGenerator.Kind, modulus: UInt32, offset: UInt32 = 0)
    /// A hash of other selectors, from `offset` to below `offset + modulus`.
    case jenkinsHash([Selector], modulus: UInt32, seed: UInt32? = nil, offset: UInt32 = 0)
    /// A hash of the flow, the same in both directions.
    case symmetricHash(modulus: UInt32, offset: UInt32 = 0)

    /// The packet's source address.
    public static func sourceAddress(_ family: IPFamily) -> Selector { .payload(.sourceAddress(family)) }
    /// The packet's destination address.
    public static func destinationAddress(_ family: IPFamily) -> Selector { .payload(.destinationAddress(family)) }
    /// The source port, whatever the transport protocol.
    public static let sourcePort = Selector.payload(.sourcePort)
    /// The destination port, whatever the transport protocol.
    public static let destinationPort = Selector.payload(.destinationPort)
    /// The transport protocol.
    public static let transportProtocol = Selector.meta(.transportProtocol)
    /// The packet's mark.
    public static let mark = Selector.meta(.mark)
    /// The packet's priority, which serves as a scratch field for class ids.
    public static let priority = Selector.meta(.priority)

    /// The type of the value.
    public var type: DataType {
        switch self {
        case .payload(let field): field.type
        case .meta(let key): key.type
        case .connection(let key, _): key.type
        case .route(_, .addressType): .fibAddressType
        case .route(_, .outputInterface): .interfaceIndex
        case .route(_, .outputInterfaceName): .interfaceName
        case .number, .jenkinsHash, .symmetricHash: .integer
        }
    }

    /// The order of the bytes in the register, which for some (`meta l4proto`) is not that of the type.
    var byteOrder: DataType.ByteOrder {
        switch self {
        case .payload: .network
        case .meta(.transportProtocol): .host
        default: type.byteOrder
        }
    }

    /// What must hold before the value can be loaded.
    var requirements: [PayloadField.Requirement] {
        switch self {
        case .payload(let field): field.requirement.map { [$0] } ?? []
        case .jenkinsHash(let selectors, _, _, _): selectors.flatMap(\.requirements)
        case .meta, .connection, .route, .number, .symmetricHash: []
        }
    }

    /// The instructions that load the value.
    func load(to register: Register) -> [Expression] {
        switch self {
        case .payload(let field): [.payloadLoad(PayloadLoad(field.location, to: register))]
        case .meta(let key): [.metaLoad(MetaLoad(key, to: register))]
        case .connection(let key, let direction):
            [.connectionLoad(ConnectionLoad(key, direction: direction, to: register))]
        case .route(let flags, let result): [.routeLookup(RouteLookup(flags, result, to: register))]
        case .number(let kind, let modulus, let offset):
            [.numberGenerator(NumberGenerator(kind, modulus: modulus, offset: offset, to: register))]
        case .symmetricHash(let modulus, let offset):
            [.symmetricHash(SymmetricHash(modulus: modulus, offset: offset, to: register))]
        case .jenkinsHash(let selectors, let modulus, let seed, let offset):
            Self.loadHash(selectors, modulus, seed, offset, to: register)
        }
    }

    private static func loadHash(
        _ selectors: [Selector],
        _ modulus: UInt32,
        _ seed: UInt32?,
        _ offset: UInt32,
        to register: Register
    ) -> [Expression] {
        let source = register.following(4)
        let length = ValueType(selectors.map(\.type)).length
        let hash = JenkinsHash(
            source,
            length: length,
            modulus: modulus,
            seed: seed,
            offset: offset,
            to: register
        )
        return load(selectors, to: source) + [.jenkinsHash(hash)]
    }

    /// The instructions that load several values behind each other, each on a register of its own.
    static func load(_ selectors: [Selector], to register: Register) -> [Expression] {
        var next = register
        var expressions: [Expression] = []
        for selector in selectors {
            expressions += selector.load(to: next)
            next = next.advanced(by: selector.type.length)
        }
        return expressions
    }
}

extension Selector: CustomStringConvertible {
    /// As nft writes it: "ip daddr", "numgen random mod 2".
    public var description: String {
        switch self {
        case .payload(let field): field.text
        case .meta(let key): "meta \(key)"
        case .connection(let key, let direction): Self.connectionText(key, direction)
        case .route(let flags, let result): "fib \(flags.words.joined(separator: " . ")) \(result)"
        case .number(let kind, let modulus, let offset): "numgen \(kind) mod \(modulus)" + Self.offsetText(offset)
        case .symmetricHash(let modulus, let offset): "symhash mod \(modulus)" + Self.offsetText(offset)
        case .jenkinsHash(let selectors, let modulus, let seed, let offset):
            "jhash \(Self.text(selectors)) mod \(modulus)"
                + (seed.map { " seed 0x\(String($0, radix: 16))" } ?? "") + Self.offsetText(offset)
        }
    }

    private static func offsetText(_ offset: UInt32) -> String { offset == 0 ? "" : " offset \(offset)" }

    private static func connectionText(_ key: ConnectionKey, _ direction: ConnectionDirection?) -> String {
        guard let direction else { return "ct \(key)" }
        return "ct \(direction) \(key)"
    }

    /// Selectors of a concatenation, as nft writes them.
    static func text(_ selectors: [Selector]) -> String { selectors.map(\.description).joined(separator: " . ") }
}
