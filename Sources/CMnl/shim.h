// libc's socket headers come first: the kernel's linux/in.h and libc's netinet/in.h declare the same structs,
// and Swift sees "not present in definition" when two C modules meet them in another order.
#include <sys/socket.h>
#include <netinet/in.h>
#include <net/if.h>
#include <libmnl/libmnl.h>
