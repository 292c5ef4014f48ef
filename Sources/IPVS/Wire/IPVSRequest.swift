import CNlGenl
import Glibc
import NetworkTypes

/// A request to the kernel: a command and what it is about.
struct IPVSRequest {
    /// What the request carries.
    enum Subject {
        case nothing
        case family(String)
        case timeouts(IPVSTimeouts)
        case virtualServer(VirtualServer)
        case virtualServerID(VirtualServerID)
        case realServer(RealServer, VirtualServerID)
        case realServerEndpoint(IPEndpoint, VirtualServerID)
    }

    /// `IPVS_CMD_*`, or `CTRL_CMD_GETFAMILY` for ``Subject/family(_:)``.
    let command: Int
    var isDump = false
    var subject = Subject.nothing

    static let getVirtualServer = Int(IPVS_CMD_GET_SERVICE)
    static let getRealServer = Int(IPVS_CMD_GET_DEST)
    static let getInfo = Int(IPVS_CMD_GET_INFO)
    static let getTimeouts = Int(IPVS_CMD_GET_CONFIG)
    static let setTimeouts = Int(IPVS_CMD_SET_CONFIG)
    static let flush = Int(IPVS_CMD_FLUSH)
    static let resetCounters = Int(IPVS_CMD_ZERO)

    /// Asks the controller for a family's number.
    static func family(_ name: String) -> IPVSRequest {
        IPVSRequest(command: Int(CTRL_CMD_GETFAMILY), subject: .family(name))
    }

    /// The requests of a change: one, or for a "set" two, of which the second decides if the first finds it there.
    static func requests(of change: IPVSChange) -> (first: IPVSRequest, second: IPVSRequest?) {
        switch change {
        case .addVirtualServer(let server): (add(server), nil)
        case .updateVirtualServer(let server): (update(server), nil)
        case .setVirtualServer(let server): (add(server), update(server))
        case .deleteVirtualServer(let id):
            (IPVSRequest(command: Int(IPVS_CMD_DEL_SERVICE), subject: .virtualServerID(id)), nil)
        case .addRealServer(let server, let id): (add(server, id), nil)
        case .updateRealServer(let server, let id): (update(server, id), nil)
        case .setRealServer(let server, let id): (add(server, id), update(server, id))
        case .deleteRealServer(let endpoint, let id):
            (IPVSRequest(command: Int(IPVS_CMD_DEL_DEST), subject: .realServerEndpoint(endpoint, id)), nil)
        }
    }

    private static func add(_ server: VirtualServer) -> IPVSRequest {
        IPVSRequest(command: Int(IPVS_CMD_NEW_SERVICE), subject: .virtualServer(server))
    }

    private static func update(_ server: VirtualServer) -> IPVSRequest {
        IPVSRequest(command: Int(IPVS_CMD_SET_SERVICE), subject: .virtualServer(server))
    }

    private static func add(_ server: RealServer, _ id: VirtualServerID) -> IPVSRequest {
        IPVSRequest(command: Int(IPVS_CMD_NEW_DEST), subject: .realServer(server, id))
    }

    private static func update(_ server: RealServer, _ id: VirtualServerID) -> IPVSRequest {
        IPVSRequest(command: Int(IPVS_CMD_SET_DEST), subject: .realServer(server, id))
    }
}

/// What the request is called in an error.
extension IPVSRequest {
    var operation: String {
        if case .family = subject { return "find the kernel's IPVS" }
        return switch command {
        case Int(IPVS_CMD_NEW_SERVICE): "add virtual server"
        case Int(IPVS_CMD_SET_SERVICE): "update virtual server"
        case Int(IPVS_CMD_DEL_SERVICE): "delete virtual server"
        case Int(IPVS_CMD_GET_SERVICE): isDump ? "list virtual servers" : "get virtual server"
        case Int(IPVS_CMD_NEW_DEST): "add real server"
        case Int(IPVS_CMD_SET_DEST): "update real server"
        case Int(IPVS_CMD_DEL_DEST): "delete real server"
        case Int(IPVS_CMD_GET_DEST): "list real servers of"
        case Int(IPVS_CMD_SET_CONFIG): "set IPVS timeouts"
        case Int(IPVS_CMD_GET_CONFIG): "get IPVS timeouts"
        case Int(IPVS_CMD_GET_INFO): "get IPVS information"
        case Int(IPVS_CMD_FLUSH): "delete all virtual servers"
        case Int(IPVS_CMD_ZERO): "reset IPVS counters"
        default: "IPVS command \(command)"
        }
    }

    var object: String {
        switch subject {
        case .nothing, .family, .timeouts: ""
        case .virtualServer(let server): server.id.description
        case .virtualServerID(let id): id.description
        case .realServer(let server, let id): "\(server.endpoint) of \(id)"
        case .realServerEndpoint(let endpoint, let id): "\(endpoint) of \(id)"
        }
    }
}
