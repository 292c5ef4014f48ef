public import LinuxSystem
public import Netlink

/// A conversation with the kernel about links, addresses, routes and neighbours (rtnetlink(7)) of one namespace.
///
/// Each call is one exchange. What is made is described by a `Spec` (``LinkSpec``, ``AddressSpec``, ``RouteSpec``,
/// ``NeighborSpec``, ``ForwardingSpec``), what is there is read back as ``Link``, ``Address``, ``Route``, ``Neighbor``,
/// ``ForwardingEntry``. The requests themselves are `NetlinkRequest`s, made by its static functions and testable as
/// bytes: `.createLink(_:)`, `.addAddress(_:)`, `.replaceRoute(_:)`, ...
public struct RouteConnection: ~Copyable, Sendable {
    /// The socket below.
    public var socket: NetlinkSocket

    /// Talks over a socket of the route protocol, or over a test's function.
    public init(_ socket: consuming NetlinkSocket) {
        self.socket = socket
    }

    /// Opens a connection in the calling thread's network namespace.
    ///
    /// - Throws: `.system`.
    public static func open() throws(NetlinkError) -> RouteConnection {
        RouteConnection(try NetlinkSocket.open(.route))
    }

    /// Opens a connection in another network namespace.
    ///
    /// - Throws: `.system`; also when the namespace can't be entered.
    public static func open(in namespace: NetworkNamespace) throws(NetlinkError) -> RouteConnection {
        RouteConnection(try NetlinkSocket.open(.route, in: namespace))
    }

    /// Makes one request and waits for its acknowledgement.
    ///
    /// - Throws: `.kernel` with the request's operation and object, and the kernel's words.
    public mutating func perform(_ request: NetlinkRequest) throws(NetlinkError) {
        try socket.request(request)
    }

    /// Makes a delete request.
    ///
    /// - Returns: false when there was nothing to delete.
    mutating func performDelete(_ request: NetlinkRequest) throws(NetlinkError) -> Bool {
        do {
            try socket.request(request)
            return true
        } catch  where error.isNotFound {
            return false
        }
    }

    /// Makes a get request for one object and decodes it.
    ///
    /// - Returns: nil when there is none.
    mutating func get<Value>(
        _ request: NetlinkRequest,
        type: UInt16,
        _ decode: (NetlinkMessage) throws(NetlinkError) -> Value?
    ) throws(NetlinkError) -> Value? {
        do {
            for message in try socket.request(request) where message.type == type {
                if let value = try decode(message) { return value }
            }
            return nil
        } catch  where error.isNotFound {
            return nil
        }
    }

    /// Makes a dump request and decodes each object.
    mutating func list<Value>(
        _ request: NetlinkRequest,
        type: UInt16,
        _ decode: (NetlinkMessage) throws(NetlinkError) -> Value?
    ) throws(NetlinkError) -> [Value] {
        var values: [Value] = []
        for message in try socket.dump(request) where message.type == type {
            do {
                if let value = try decode(message) { values.append(value) }
            } catch {
                throw error.during(request.operation, request.object)
            }
        }
        return values
    }
}

extension NetlinkError {
    /// Whether the kernel said that the object is not there: ENODEV for links, EADDRNOTAVAIL for addresses, ESRCH for
    /// routes, ENOENT for neighbours.
    public var isNotFound: Bool {
        guard code == .kernel, let errno else { return false }
        return [.noSuchDevice, .addressNotAvailable, .noSuchProcess, .noSuchFileOrDirectory].contains(errno)
    }

    /// Whether the kernel said that the object is there already (EEXIST).
    public var alreadyExists: Bool { code == .kernel && errno == .fileExists }
}
