import BenchScenarios
import ControlStoreClient
import JSONTree
import NetworkTypes

/// Changes of a store's objects, as controllers of a cluster make them.
struct StoreChanges: Sendable {
    let client: StoreClient
    let cluster: SyntheticCluster

    /// Moves the last endpoint of a Service's first slice.
    func move(service: Int, move: Int) async throws {
        let slice = try JSONValue(parsing: cluster.movedSlice(ofService: service, move: move))
        try await setEndpoints(ofService: service, slice["endpoints"] ?? [])
    }

    /// Gives a Service's first slice these endpoints, which are ready and on another node.
    func setEndpoints(ofService service: Int, _ addresses: [IPv4Address]) async throws {
        let endpoints = addresses.map { address -> JSONValue in
            ["addresses": [.string("\(address)")], "conditions": ["ready": true], "nodeName": "node-1"]
        }
        try await setEndpoints(ofService: service, .array(endpoints))
    }

    private func setEndpoints(ofService service: Int, _ endpoints: JSONValue) async throws {
        let name = "\(SyntheticCluster.name(service))-1"
        let change: JSONValue = ["endpoints": endpoints]
        var request = APIRequest(.patch, "\(PeerStore.slicesPath)/\(name)", body: change)
        request.contentType = "application/merge-patch+json"
        try await client.send(request)
    }
}
