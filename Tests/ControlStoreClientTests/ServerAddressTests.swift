import Testing

@testable import ControlStoreClient

struct ServerAddressTests {
    @Test(arguments: [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", "127.0.0.1"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080", "127.0.0.1"),
        ("https://[fd00::1]:6443", "https://[fd00::1]:6443", "fd00::1"),
        ("https://api.example.com", "https://api.example.com", "api.example.com"),
        ("https://api.example.com/k8s/c1/", "https://api.example.com/k8s/c1", "api.example.com"),
        ("unix:/run/weft/store.sock", "http+unix://%2Frun%2Fweft%2Fstore.sock", ""),
        ("unix:///run/weft/store.sock", "http+unix://%2Frun%2Fweft%2Fstore.sock", ""),
    ])
    func isRead(text: String, baseURL: String, host: String) throws {
        let address = try ServerAddress(text)
        #expect(address.baseURL == baseURL)
        #expect(address.host == host)
    }

    @Test(arguments: [
        "", "127.0.0.1:8080", "ftp://x", "http://", "http://h:99999", "http://h?x=1", "unix:relative", "unix:",
        "unix:/" + String(repeating: "x", count: 107),
    ])
    func isRefusedWithTheFormsThatAreAccepted(text: String) {
        let error = #expect(throws: ControlStoreClientError.self) { try ServerAddress(text) }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("unix:/") == true)
    }

    @Test func aServerNameTakesTheHostsPlace() throws {
        let address = try ServerAddress("https://10.0.0.1:6443/prefix/")
        #expect(address.baseURL(serverName: "kubernetes") == "https://kubernetes:6443/prefix")
    }

    @Test func queriesAreEncoded() {
        #expect(
            PercentEncoding.query([("labelSelector", "!a/b,c in (d,e)"), ("limit", "500")])
                == "?labelSelector=%21a%2Fb%2Cc%20in%20%28d%2Ce%29&limit=500"
        )
        #expect(PercentEncoding.query([]) == "")
    }
}
