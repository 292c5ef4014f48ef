public import JSONTree
public import NetworkTypes

/// The result of an ADD, whatever the version it is written in: what the newest version says.
public struct AttachmentResult: Hashable, Sendable {
    /// An interface that was made.
    public struct Interface: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// Its link address; nil when unknown.
        public var mac: MACAddress?
        /// Its MTU in bytes, since version 1.1.0; nil when unknown.
        public var mtu: Int?
        /// The path of the container's namespace; empty in the host's.
        public var sandbox: String
        /// Members that have no meaning here.
        public var others = JSONObject()

        /// Makes an interface.
        public init(name: String, mac: MACAddress? = nil, mtu: Int? = nil, sandbox: String = "") {
            self.name = name
            self.mac = mac
            self.mtu = mtu
            self.sandbox = sandbox
        }
    }

    /// An address that the container has.
    public struct Address: Hashable, Sendable {
        /// The address with its subnet's length.
        public var prefix: IPPrefix
        /// The subnet's gateway.
        public var gateway: IPAddress?
        /// Which of the interfaces has it.
        public var interface: Int?
        /// Members that have no meaning here.
        public var others = JSONObject()

        /// Makes an address.
        public init(prefix: IPPrefix, gateway: IPAddress? = nil, interface: Int? = nil) {
            self.prefix = prefix
            self.gateway = gateway
            self.interface = interface
        }
    }

    /// The interfaces.
    public var interfaces: [Interface] = []
    /// The addresses.
    public var addresses: [Address] = []
    /// The routes in the container.
    public var routes: [RouteConfiguration] = []
    /// The name servers, as in the configuration.
    public var dns = JSONObject()
    /// Members of the whole that have no meaning here.
    public var others = JSONObject()

    /// Makes an empty result.
    public init() {}

    /// Puts another plugin's result (`prevResult`) before this one: its interfaces, addresses and routes come first, and
    /// what it says that has no meaning here stays.
    mutating func merge(after previous: AttachmentResult) {
        var merged = previous
        merged.interfaces += interfaces
        merged.addresses += addresses.map { address in
            var address = address
            address.interface = address.interface.map { $0 + previous.interfaces.count }
            return address
        }
        merged.routes += routes
        for (key, value) in dns { merged.dns[key] = value }
        self = merged
    }
}

extension AttachmentResult {
    /// The addresses of the container's interface, as an earlier plugin gave them.
    func addresses(of invocation: Invocation) -> [AssignedAddress] {
        let own = addresses.filter { address in
            guard let index = address.interface, interfaces.indices.contains(index) else { return true }
            // Some plugins leave the path out; an interface without any is the host's.
            return !interfaces[index].sandbox.isEmpty
        }
        return own.map { AssignedAddress(prefix: $0.prefix, gateway: $0.gateway) }
    }

    /// Puts what tuning changed in the place of what the plugin before said of the container's interface.
    mutating func apply(_ tuning: TuningConfiguration, to invocation: Invocation) {
        for index in interfaces.indices
        where interfaces[index].name == invocation.interfaceName
            && interfaces[index].sandbox == invocation.networkNamespace
        {
            if let mac = tuning.mac { interfaces[index].mac = mac }
            if let mtu = tuning.mtu { interfaces[index].mtu = mtu }
        }
    }
}
