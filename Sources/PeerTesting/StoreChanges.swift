import BenchScenarios
import ControlStoreClient
import JSONTree
import NetworkTypes

/// Changes of a store's objects, as controllers of a cluster make them.
struct StoreChanges: Sendable {
    let client: StoreClient
    let cluster: SyntheticCluster

    /// Makes a change.
    func make(_ step: ClusterStep) async throws {
        switch cluster.change(step) {
        case .newService(let text):
            try await client.send(APIRequest(.post, PeerStore.servicesPath, body: try PeerStore.newObject(text)))
        case .newSlice(let text):
            try await client.send(APIRequest(.post, PeerStore.slicesPath, body: try PeerStore.newObject(text)))
        case .changedSlice(let text):
            let endpoints = try JSONValue(parsing: text)["endpoints"] ?? []
            try await setEndpoints(ofService: step.service, endpoints)
        case .noService(let name): try await client.send(APIRequest(.delete, "\(PeerStore.servicesPath)/\(name)"))
        case .noSlice(let name): try await client.send(APIRequest(.delete, "\(PeerStore.slicesPath)/\(name)"))
        }
    }

    /// Moves the last endpoint of a Service's first slice.
    func move(service: Int, move: Int) async throws {
        try await make(ClusterStep(kind: .moved, service: service, move: move))
    }

    /// Gives a Service's first slice these endpoints, which are ready and on another node.
    func setEndpoints(ofService service: Int, _ addresses: [IPv4Address]) async throws {
        let endpoints = addresses.map { address -> JSONValue in
            ["addresses": [.string("\(address)")], "conditions": ["ready": true], "nodeName": "node-1"]
        }
        try await setEndpoints(ofService: service, .array(endpoints))
    }

    private func setEndpoints(ofService service: Int, _ endpoints: JSONValue) async throws {
        let name = SyntheticCluster.sliceName(service)
        let change: JSONValue = ["endpoints": endpoints]
        var request = APIRequest(.patch, "\(PeerStore.slicesPath)/\(name)", body: change)
        request.contentType = "application/merge-patch+json"
        try await client.send(request)
    }
}
